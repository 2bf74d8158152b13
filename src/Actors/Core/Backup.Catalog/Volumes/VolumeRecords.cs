using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Catalog.Volumes;

/// <summary>What may be done with a volume.</summary>
public enum VolumeState
{
    /// <summary>May be written on.</summary>
    Append,

    /// <summary>Written to its end.</summary>
    Full,

    /// <summary>Has room, and is not to be written any more (a limit of its pool, or the operator).</summary>
    Used,

    /// <summary>May be read, must not be written.</summary>
    ReadOnly,

    /// <summary>A write failed on it, or its medium turned out to be another.</summary>
    Error,

    /// <summary>Gone or destroyed: nothing on it can be read.</summary>
    Lost,

    /// <summary>An earlier life of a medium that has been labelled anew: nothing on it can be read.</summary>
    Recycled,
}

/// <summary>A volume as its label says it. The life id is its identity, the name is what people call it.</summary>
public sealed record VolumeIdentity(string Name, VolumeLifeId Life, string Pool, string Storage, Instant Labelled);

/// <summary>How much is on a volume, counted by the one who writes it: totals since the label, so that the highest is the truth.</summary>
public readonly record struct VolumeCounters(long Blocks, long Bytes, Instant LastWritten);

/// <summary>What is to change of a volume; null leaves the field as it is. Capacity in bytes.</summary>
public sealed record VolumeChange(VolumeState? State = null, string? Reason = null, string? Pool = null, long? Capacity = null);

/// <summary>One life of a volume. Bytes and blocks as of the last commit point. Capacity in bytes, null where nobody said.</summary>
public sealed record VolumeRow(
    VolumeIdentity Identity,
    VolumeState State,
    string Reason,
    Instant? FirstWritten,
    Instant? LastWritten,
    long Bytes,
    long Blocks,
    long? Capacity,
    long Sessions);

/// <summary>Which volumes are wanted; null asks for any. Earlier lives only where asked for.</summary>
public sealed record VolumeFilter(string? Name = null, string? Pool = null, VolumeState? State = null, JobId? Job = null,
    bool EarlierLives = false, int Limit = 1000)
{
    public const int LimitMax = 100_000;
}

/// <summary>A pool and what is in it, without earlier lives.</summary>
public sealed record PoolRow(string Name, long Volumes, long Bytes);
