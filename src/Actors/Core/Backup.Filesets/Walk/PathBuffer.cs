namespace Backup.Filesets.Walk;

/// <summary>The path of the entry at hand, grown and cut in place.</summary>
internal sealed class PathBuffer
{
    private byte[] _bytes = new byte[4096];

    public PathBuffer() => _bytes[0] = (byte)'/';

    /// <summary>Of the root it is 1.</summary>
    public int Length { get; private set; } = 1;

    public ReadOnlySpan<byte> Path => _bytes.AsSpan(0, Length);

    public void CutTo(int length) => Length = length;

    public void Append(ReadOnlySpan<byte> name)
    {
        int slash = Length == 1 ? 0 : 1;
        if (Length + slash + name.Length > _bytes.Length) Array.Resize(ref _bytes,
            Math.Max(_bytes.Length * 2, Length + slash + name.Length));
        if (slash == 1) _bytes[Length++] = (byte)'/';
        name.CopyTo(_bytes.AsSpan(Length));
        Length += name.Length;
    }
}
