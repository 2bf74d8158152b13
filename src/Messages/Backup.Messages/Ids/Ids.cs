using Backup.Messages.Values;

namespace Backup.Messages.Ids;

/// <summary>One run of a job, numbered by the catalog; positive.</summary>
public readonly record struct JobId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One job's stream on media: 128 random bits, the same in every catalog.</summary>
public readonly record struct SessionId(Guid Value)
{
    public const int Size = 16;
    public static SessionId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes[..Size], bigEndian: true));
    public void Write(Span<byte> bytes) => Value.TryWriteBytes(bytes, bigEndian: true, out _);
    public override string ToString() => Value.ToString("N");
}

/// <summary>One life of a volume, from its labelling to its recycling: 128 random bits.</summary>
public readonly record struct VolumeLifeId(Guid Value)
{
    public const int Size = 16;
    public static VolumeLifeId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes[..Size], bigEndian: true));
    public void Write(Span<byte> bytes) => Value.TryWriteBytes(bytes, bigEndian: true, out _);
    public override string ToString() => Value.ToString("N");
}

/// <summary>One installation of the product: 128 random bits, made once.</summary>
public readonly record struct InstallationId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>A tree node's name: SHA-256 of its canonical encoding. Zero stands for an empty directory, which has no node.</summary>
public readonly record struct NodeId(Hash256 Value)
{
    public const int Size = Hash256.Size;
    public static readonly NodeId Empty;
    public bool IsEmpty => Value == Hash256.Zero;
    public static NodeId Read(ReadOnlySpan<byte> bytes) => new(Hash256.Read(bytes));
    public void Write(Span<byte> bytes) => Value.Write(bytes);
    public override string ToString() => Value.ToString();
}

/// <summary>The seam for randomness: the process has one true source, a simulation one from its seed.</summary>
public interface IEntropy
{
    void Fill(Span<byte> bytes);
}

public static class EntropyIds
{
    public static Guid NewGuid(this IEntropy entropy)
    {
        Span<byte> bytes = stackalloc byte[16];
        entropy.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40); // RFC 9562 version 4
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
