using System.Buffers.Binary;
using System.Text;
using Backup.Messages.Sessions;
using Backup.Transfer.Channels;
using Backup.Transfer.Frames;

namespace Backup.Transfer.Links;

/// <summary>
/// An open control link: messages both ways, each a manifest and CBOR bytes. A reader and a writer thread of its own; heartbeats in
/// silence. Thread safe.
/// </summary>
public sealed class ControlLink : IDisposable
{
    /// <summary>Largest message, bytes: manifest and body.</summary>
    public const int MessageBytesMax = 1024 * 1024;

    /// <summary>Largest manifest, characters of ASCII.</summary>
    public const int ManifestMax = 200;

    private const int QueueMessagesMax = 1024;
    private const int QueueBytesMax = 16 * 1024 * 1024;
    private const byte MessageKind = 1;

    private readonly FrameStream _stream;
    private readonly Pulse _pulse;
    private readonly ChannelSettings _settings;
    private readonly object _gate = new();
    private readonly Queue<(byte Kind, byte[] Payload)> _outgoing = new();
    private long _outgoingBytes;
    private bool _ending;
    private bool _endReceived;
    private string? _broken;

    internal ControlLink(FrameStream stream, ChannelSettings settings, string name, int version)
    {
        Version = version;
        _stream = stream;
        _settings = settings;
        Name = name;
        _pulse = new Pulse(settings, () => Enqueue(OwnKind.Ping, []), Cut);
    }

    /// <summary>The name the other end gave: the client's, or the director's node.</summary>
    public string Name { get; }

    /// <summary>The protocol's version that both ends agreed on.</summary>
    public int Version { get; }

    /// <summary>The director's epoch, at the end that dialled; 0 where it was not told.</summary>
    public long Epoch { get; internal init; }

    /// <summary>The other end's address.</summary>
    public string Peer => _stream.Peer;

    /// <summary>Starts the link's threads; call it once. Nothing is read before.</summary>
    public void Start(IControlTaker taker)
    {
        ArgumentNullException.ThrowIfNull(taker);
        new Thread(() => ReadLoop(taker)) { IsBackground = true, Name = $"link reader {Name}" }.Start();
        new Thread(WriteLoop) { IsBackground = true, Name = $"link writer {Name}" }.Start();
    }

    /// <summary>
    /// Queues a message; never waits for the network. False where the link is closed: nothing of it will arrive. A full queue closes
    /// the link, since the other end does not keep up.
    /// </summary>
    public bool Send(string manifest, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Length is 0 or > ManifestMax || !Ascii.IsValid(manifest))
            throw new ArgumentException($"a manifest has 1 to {ManifestMax} ASCII characters", nameof(manifest));
        int size = 2 + manifest.Length + body.Length;
        if (size > MessageBytesMax) throw new ArgumentException($"a message of {size} bytes is over {MessageBytesMax}", nameof(body));
        var payload = new byte[size];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)manifest.Length);
        Encoding.ASCII.GetBytes(manifest, payload.AsSpan(2));
        body.CopyTo(payload.AsSpan(2 + manifest.Length));
        return Enqueue(MessageKind, payload);
    }

    /// <summary>Ends the link behind what was queued; what the other end does not take within the linger is lost.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ending || _broken is not null) return;
            _ending = true;
            _outgoing.Enqueue((OwnKind.End, []));
            Monitor.PulseAll(_gate);
        }
        _pulse.LingerThenCut(_settings.Linger, _stream);
    }

    private bool Enqueue(byte kind, byte[] payload)
    {
        lock (_gate)
        {
            if (_ending || _broken is not null) return false;
            if (_outgoing.Count < QueueMessagesMax && _outgoingBytes + payload.Length <= QueueBytesMax)
            {
                _outgoing.Enqueue((kind, payload));
                _outgoingBytes += payload.Length;
                Monitor.PulseAll(_gate);
                return true;
            }
        }
        Cut($"{Name} does not keep up: {QueueMessagesMax} messages or {QueueBytesMax >> 20} MiB wait to be sent");
        return false;
    }

    private void WriteLoop()
    {
        try
        {
            while (Dequeue() is { } next)
            {
                _stream.Write(next.Kind, next.Payload);
                _pulse.Said();
                if (next.Kind == OwnKind.End) _stream.CloseWrite();
            }
        }
        catch (ChannelException e)
        {
            Cut(e.Message);
        }
    }

    /// <summary>Waits for the next frame to write; null at the end.</summary>
    private (byte Kind, byte[] Payload)? Dequeue()
    {
        lock (_gate)
        {
            while (_outgoing.Count == 0 && !_ending && _broken is null) Monitor.Wait(_gate);
            if (_broken is not null || !_outgoing.TryDequeue(out var next)) return null;
            _outgoingBytes -= next.Payload.Length;
            return next;
        }
    }

    private void ReadLoop(IControlTaker taker)
    {
        try
        {
            while (_stream.ReadHeader(MessageBytesMax) is { } header)
            {
                _pulse.Heard();
                Accept(header, taker);
            }
            Cut("the other end closed the connection without a word");
        }
        catch (ChannelException e)
        {
            Cut(e.Message);
        }
        taker.Closed(Reason());
    }

    private void Accept(in FrameHeader header, IControlTaker taker)
    {
        byte[] payload = _stream.ReadPayload(header);
        switch (header.Kind)
        {
            case MessageKind when !_endReceived:
                int length = payload.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(payload);
                if (length is 0 or > ManifestMax || 2 + length > payload.Length)
                    throw new ChannelException($"{Peer}: a message has no manifest");
                taker.Message(Encoding.ASCII.GetString(payload, 2, length), payload.AsMemory(2 + length));
                break;
            case OwnKind.Ping when payload.Length == 0:
                break;
            case OwnKind.End when payload.Length == 0 && !_endReceived:
                lock (_gate) _endReceived = true;
                Dispose();
                break;
            default:
                throw new ChannelException($"{Peer}: a frame of kind {header.Kind} with {header.Length} bytes has no place here");
        }
    }

    private string? Reason()
    {
        lock (_gate) return _endReceived || _ending ? null : _broken;
    }

    private void Cut(string reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
            _outgoing.Clear();
            Monitor.PulseAll(_gate);
        }
        _pulse.Dispose();
        _stream.Dispose();
    }
}
