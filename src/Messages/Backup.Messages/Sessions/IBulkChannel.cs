using Backup.Messages.Values;

namespace Backup.Messages.Sessions;

/// <summary>What a frame on a bulk channel is. The numbers are on the wire (docs/protocols/bulk-channel.md).</summary>
public enum FrameKind : byte
{
    /// <summary>Whole records, back to back (docs/formats/volume.md, records). The only kind that costs credit.</summary>
    Records = 1,

    /// <summary>A CBOR map: what the sending end of a session wants or says. See the protocol's page for each.</summary>
    Committed = 2,
    Seal = 3,
    Stored = 4,
    Want = 5,
    WantNodes = 6,
    Served = 7,
    Failed = 8,
}

/// <summary>
/// One received frame. The memory belongs to the channel until <see cref="Dispose"/>, which also gives the credit back to the sender.
/// </summary>
public interface IFrame : IDisposable
{
    FrameKind Kind { get; }
    ReadOnlyMemory<byte> Payload { get; }
}

/// <summary>
/// One open channel between two engines, after hello and ticket; the same at both ends. <see cref="Send"/> may be called by one
/// thread and <see cref="Receive"/> by another at the same time, each by one only. All waits end: by a frame, by the
/// channel's own idle deadline, by Dispose, each with a <see cref="ChannelException"/> that says what happened.
/// </summary>
public interface IBulkChannel : IDisposable
{
    /// <summary>Who is at the other end, for messages.</summary>
    string Peer { get; }

    /// <summary>Largest payload of one frame, bytes.</summary>
    int PayloadBytesMax { get; }

    /// <summary>Sends one frame; Records wait for credit, the others never do.</summary>
    void Send(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>The next frame in order; null when the other end has closed its side cleanly and everything was taken.</summary>
    IFrame? Receive();

    /// <summary>The next frame if one is there.</summary>
    bool TryReceive(out IFrame? frame);

    /// <summary>Says that nothing more will be sent; Receive goes on until the other end says the same.</summary>
    void CloseSend();

    /// <summary>Seconds this end has waited for credit, for the report's stage times.</summary>
    TimeSpan WaitedForCredit { get; }
}

/// <summary>A channel broke: cut, silent past its deadline, garbage, refused. One line for the operator.</summary>
public class ChannelException(string message, Exception? inner = null) : IOException(message, inner);
