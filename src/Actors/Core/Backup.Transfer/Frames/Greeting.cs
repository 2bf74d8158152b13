using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Frames;

/// <summary>Hello, welcome and refusal as CBOR maps in frames, and the deadline over them.</summary>
internal static class Greeting
{
    /// <summary>Largest hello or answer, bytes. A client's platform is the longest part of one.</summary>
    public const int BytesMax = 8 * 1024;

    /// <summary>Connects and talks until the deadline; whatever fails closes the connection.</summary>
    public static T Dial<T>(ITransport transport, string endpoint, uint magic, ChannelSettings settings, Func<FrameStream, T> talk)
    {
        IConnection connection = transport.Connect(endpoint, settings.HelloDeadline);
        var stream = new FrameStream(connection, magic);
        using var deadline = new CutAtDeadline(stream, settings);
        try
        {
            connection.Handshake();
            T opened = talk(stream);
            deadline.Disarm();
            return opened;
        }
        catch (Exception e) when (e is ChannelException or WireFormatException)
        {
            stream.Dispose();
            throw deadline.HasCut
                ? new ChannelException($"{endpoint}: no answer to the hello within {settings.HelloDeadline.TotalSeconds:0.#} s", e)
                : e is ChannelException ? e : new ChannelException($"{endpoint}: the answer to the hello is damaged: {e.Message}", e);
        }
    }

    public static TWelcome Ask<THello, TWelcome>(FrameStream stream, THello hello) where THello : notnull where TWelcome : notnull
    {
        stream.Write(OwnKind.Hello, CborMap.Encode(hello));
        FrameHeader header = stream.ReadHeader(BytesMax)
            ?? throw new ChannelException($"{stream.Peer}: closed the connection at the hello");
        byte[] answer = stream.ReadPayload(header);
        return header.Kind switch
        {
            OwnKind.Welcome => CborMap.Decode<TWelcome>(answer),
            OwnKind.Refused => throw new ChannelException($"{stream.Peer} refuses: {CborMap.Decode<Refused>(answer).Reason}"),
            _ => throw new ChannelException($"{stream.Peer}: answered the hello with a frame of kind {header.Kind}"),
        };
    }

    public static THello ReadHello<THello>(FrameStream stream) where THello : notnull
    {
        FrameHeader header = stream.ReadHeader(BytesMax) ?? throw new ChannelException($"{stream.Peer}: closed before the hello");
        return header.Kind == OwnKind.Hello
            ? CborMap.Decode<THello>(stream.ReadPayload(header))
            : throw new ChannelException($"{stream.Peer}: began with a frame of kind {header.Kind}, not a hello");
    }

    /// <summary>Tells the other end why, and fails for the log of this one.</summary>
    public static ChannelException Refuse(FrameStream stream, string reason)
    {
        stream.Write(OwnKind.Refused, CborMap.Encode(new Refused(reason)));
        stream.CloseWrite();
        return new ChannelException($"{stream.Peer}: refused: {reason}");
    }
}

/// <summary>Cuts a connection at its deadline, so that a slow greeting ends however its bytes drip.</summary>
internal sealed class CutAtDeadline : IDisposable
{
    private readonly ITimer _timer;
    private int _state; // 0 armed, 1 disarmed, 2 has cut

    public CutAtDeadline(FrameStream stream, ChannelSettings settings) => _timer = settings.Clock.CreateTimer(
        _ =>
        {
            if (Interlocked.CompareExchange(ref _state, 2, 0) == 0) stream.Dispose();
        },
        null, settings.HelloDeadline, Timeout.InfiniteTimeSpan);

    public bool HasCut => Volatile.Read(ref _state) == 2;

    /// <summary>From here on the connection is not touched; throws where it was cut already.</summary>
    public void Disarm()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) == 2) throw new ChannelException("the hello took too long");
    }

    public void Dispose() => _timer.Dispose();
}
