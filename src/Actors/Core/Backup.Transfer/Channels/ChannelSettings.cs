namespace Backup.Transfer.Channels;

/// <summary>Limits and times of channels and links. The defaults are the product's; tests take shorter ones and their own clock.</summary>
public sealed record ChannelSettings(TimeProvider Clock)
{
    /// <summary>Frames of records that may be under way in one direction. With frames of 256 KiB this is 8 MiB, at most 16 MiB.</summary>
    public const int WindowFramesDefault = 32;

    /// <summary>Largest payload of a frame, bytes.</summary>
    public const int PayloadBytesLimit = 512 * 1024;

    /// <summary>Frames this end lets the other have under way.</summary>
    public int WindowFrames { get; init; } = WindowFramesDefault;

    /// <summary>Largest payload this end takes, bytes; the smaller one of both ends holds.</summary>
    public int PayloadBytesMax { get; init; } = PayloadBytesLimit;

    /// <summary>After this silence of our own a ping is sent.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this silence of the other end the channel is broken.</summary>
    public TimeSpan IdleDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connecting and being let in must be done by then; at the listener, from the accept to the whole hello.</summary>
    public TimeSpan HelloDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a closed end goes on taking bytes away, so that what it sent last is not lost by a reset.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connections a listener lets stand between accept and hello.</summary>
    public int HalfOpenMax { get; init; } = 64;
}
