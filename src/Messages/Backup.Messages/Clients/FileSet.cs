namespace Backup.Messages.Clients;

/// <summary>How a pattern of a FileSet is read.</summary>
public enum PatternKind
{
    /// <summary>An absolute path: it and everything below.</summary>
    Path,

    /// <summary>
    /// A shell pattern: '*' and '?' stop at '/', '**' does not, [a-z] is a class. Without a slash it is matched against the last name,
    /// else against the whole path.
    /// </summary>
    Wildcard,

    /// <summary>A regular expression over the printable form of the whole path (bytes that are not UTF-8 appear as \xHH).</summary>
    Regex,
}

/// <summary>
/// Leaves out what matches; with Include it brings back what an earlier rule left out. The last rule that matches decides.
/// </summary>
public sealed record SelectionRule(bool Include, PatternKind Kind, string Pattern);

public enum CompressionKind
{
    None,
    Zstd,
}

/// <summary>What a job saves of a client. Paths and patterns are in the printable form of ByteText.</summary>
public sealed record FileSet(
    string Name,
    IReadOnlyList<string> Roots,
    IReadOnlyList<SelectionRule> Rules,
    bool OneFileSystem = true,
    IReadOnlyList<string>? OnlyFileSystemTypes = null,
    IReadOnlyList<string>? ExceptFileSystemTypes = null,
    bool HonourNoDump = false,
    bool HonourCacheDirTag = false,
    IReadOnlyList<string>? ExcludeDirectoriesContaining = null,
    bool AllowEmptyRoots = false,
    CompressionKind Compression = CompressionKind.None,
    int CompressionLevel = 1);
