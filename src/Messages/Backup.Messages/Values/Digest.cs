namespace Backup.Messages.Values;

/// <summary>How a digest was made. The numbers are on media and never change their meaning.</summary>
public enum DigestAlgorithm : byte
{
    None = 0,

    /// <summary>SHA-256 over the content from the first to the last byte.</summary>
    Sha256 = 1,

    /// <summary>
    /// SHA-256 over the extents of a sparse file: for each extent with data its offset and length (64-bit, little-endian)
    /// and its bytes, at the end the file's size (64-bit, little-endian). A hole costs nothing.
    /// </summary>
    Sha256OverExtents = 2,
}

/// <summary>A digest with the name of its algorithm.</summary>
public readonly record struct Digest(DigestAlgorithm Algorithm, Hash256 Value)
{
    public static readonly Digest None;
    public override string ToString() => Algorithm == DigestAlgorithm.None ? "none" : $"{Algorithm}:{Value}";
}
