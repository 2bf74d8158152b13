namespace Backup.Filesets.Restore;

/// <summary>What a comparison of two trees leaves out.</summary>
[Flags]
public enum ComparisonScope
{
    None = 0,
    Owner = 1,
    Device = 2,
    Time = 4,
    Attribute = 8,
    HardLink = 16,
    Sparse = 32,
    Mode = 64,
}

/// <summary>One difference: the path below both roots, and what differs in words.</summary>
public sealed record TreeDifference(byte[] Path, string What);

/// <summary>How a comparison ended.</summary>
public readonly record struct ComparisonTotals(long Paths, long Differences);

/// <summary>Reads two trees anew and tells every difference a restore must not make: kinds, attributes, content, links, holes.</summary>
public sealed class TreeComparison(ComparisonScope ignored, Action<TreeDifference> report)
{
    /// <summary>Compares below two folders (the folders' own attributes too). Throws IOException where one cannot be opened.</summary>
    public ComparisonTotals Compare(byte[] source, byte[] restored)
    {
        _ = (ignored, report, source, restored);
        throw new NotSupportedException("trees cannot be compared yet");
    }
}
