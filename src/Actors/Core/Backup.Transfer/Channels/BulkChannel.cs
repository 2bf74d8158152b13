using System.Buffers.Binary;
using Backup.Messages.Sessions;
using Backup.Transfer.Frames;

namespace Backup.Transfer.Channels;

/// <summary>
/// A bulk channel over any transport. A reader thread of its own takes every frame off the connection, so credit, pings and the end
/// are seen however slow the consumer is; records wait in a window that both ends bound. See docs/protocols/bulk-channel.md.
/// </summary>
public sealed class BulkChannel : IBulkChannel
{
    private const int CreditBytes = 12;

    private readonly FrameStream _stream;
    private readonly ChannelTerms _terms;
    private readonly ChannelSettings _settings;
    private readonly Inbox _inbox;
    private readonly SendWindow _window;
    private readonly Pulse _pulse;
    private readonly Lock _ending = new();
    private bool _endSent;
    private bool _endReceived;
    private bool _disposed;

    internal BulkChannel(FrameStream stream, ChannelTerms terms, ChannelSettings settings)
    {
        if (terms.Fault is { } fault) throw new ChannelException($"{stream.Peer}: {fault}");
        _stream = stream;
        _terms = terms;
        _settings = settings;
        _inbox = new Inbox(settings.WindowFrames, terms.PayloadBytesMax, GiveCredit);
        _window = new SendWindow(terms.SendWindow, settings.Clock);
        _pulse = new Pulse(settings, () => WriteOwn(OwnKind.Ping, []), Cut);
        new Thread(ReadLoop) { IsBackground = true, Name = $"channel {stream.Peer}" }.Start();
    }

    public string Peer => _stream.Peer;
    public int PayloadBytesMax => _terms.PayloadBytesMax;
    public TimeSpan WaitedForCredit => _window.Waited;

    /// <summary>Frames of records that the other end has taken, those of earlier channels of the attempt included.</summary>
    public long PeerReceived => _terms.PeerReceived + _window.Taken;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind is < FrameKind.Records or > FrameKind.Failed) throw new ArgumentOutOfRangeException(nameof(kind));
        if (payload.Length > PayloadBytesMax)
            throw new ArgumentException($"a payload of {payload.Length} bytes is over the channel's {PayloadBytesMax}", nameof(payload));
        lock (_ending)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_endSent) throw new InvalidOperationException("nothing can be sent behind the end");
        }
        if (kind == FrameKind.Records) _window.TakeCredit();
        _window.ThrowIfBroken();
        WriteOrBreak((byte)kind, payload);
    }

    public IFrame? Receive() => _inbox.Take();

    public bool TryReceive(out IFrame? frame) => _inbox.TryTake(out frame);

    public void CloseSend()
    {
        lock (_ending)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_endSent) return;
            _endSent = true;
        }
        _window.ThrowIfBroken();
        WriteOrBreak(OwnKind.End, []);
        CloseIfEnded();
    }

    public void Dispose()
    {
        bool ended;
        lock (_ending)
        {
            if (_disposed) return;
            _disposed = true;
            ended = _endSent && _endReceived;
        }
        _inbox.Abandon();
        if (!ended) Leave("this end closed the channel");
    }

    private void WriteOrBreak(byte kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            _stream.Write(kind, payload);
            _pulse.Said();
        }
        catch (ChannelException e)
        {
            // The connection stays open for reading: what the other end said last tells more than a failed send.
            _window.Break(e.Message);
            throw;
        }
    }

    /// <summary>Writes a frame of the channel's own; a failure is found by the next call of the channel's user.</summary>
    private void WriteOwn(byte kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            _stream.Write(kind, payload);
            _pulse.Said();
        }
        catch (ChannelException e)
        {
            _window.Break(e.Message);
        }
    }

    private void GiveCredit(int frames, long taken)
    {
        Span<byte> payload = stackalloc byte[CreditBytes];
        BinaryPrimitives.WriteInt32LittleEndian(payload, frames);
        BinaryPrimitives.WriteInt64LittleEndian(payload[4..], taken);
        lock (_ending)
        {
            if (_endReceived || _disposed) return; // nobody is left to spend it
        }
        WriteOwn(OwnKind.Credit, payload);
    }

    private void ReadLoop()
    {
        try
        {
            while (_stream.ReadHeader(PayloadBytesMax) is { } header)
            {
                _pulse.Heard();
                Accept(header);
            }
            Cut($"{Peer}: the other end closed the channel before its end");
        }
        catch (ChannelException e)
        {
            Cut(e.Message);
        }
    }

    private void Accept(in FrameHeader header)
    {
        switch (header.Kind)
        {
            case >= (byte)FrameKind.Records and <= (byte)FrameKind.Failed when !_endReceived:
                _inbox.Accept(_stream, header);
                break;
            case OwnKind.Ping when header.Length == 0:
                break;
            case OwnKind.Credit when header.Length == CreditBytes:
                Span<byte> credit = stackalloc byte[CreditBytes];
                _stream.ReadPayload(header, credit);
                if (!_window.Grant(BinaryPrimitives.ReadInt32LittleEndian(credit), BinaryPrimitives.ReadInt64LittleEndian(credit[4..])))
                    throw new ChannelException($"{Peer}: gave credit for frames that were not sent");
                break;
            case OwnKind.End when header.Length == 0 && !_endReceived:
                lock (_ending) _endReceived = true;
                _inbox.End();
                CloseIfEnded();
                break;
            default:
                throw new ChannelException($"{Peer}: a frame of kind {header.Kind} with {header.Length} bytes has no place here");
        }
    }

    private void CloseIfEnded()
    {
        lock (_ending)
        {
            if (!_endSent || !_endReceived) return;
        }
        Leave("the channel has ended");
    }

    /// <summary>Closes this side; the reader goes on taking bytes away until the other end has closed too, or the linger is over.</summary>
    private void Leave(string reason)
    {
        _window.Break(reason);
        _pulse.LingerThenCut(_settings.Linger, _stream);
        try
        {
            _stream.CloseWrite();
        }
        catch (ChannelException)
        {
            _stream.Dispose();
        }
    }

    /// <summary>Ends everything at once; the first reason stays.</summary>
    private void Cut(string reason)
    {
        _window.Break(reason);
        _inbox.Break(reason);
        _pulse.Dispose();
        _stream.Dispose();
    }
}
