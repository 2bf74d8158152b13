using Backup.Messages.Sessions;
using Backup.Transfer.Frames;

namespace Backup.Transfer.Channels;

/// <summary>
/// Frames that came and were not taken yet, and the buffers they lie in. Records are bounded by the window (frames handed out
/// included), the small kinds by their own limits; whoever sends more breaks the channel. Thread safe.
/// </summary>
internal sealed class Inbox(int windowFrames, int payloadMax, Action<int, long> giveCredit)
{
    private const int OtherFramesMax = 1024;
    private const int OtherBytesMax = 8 * 1024 * 1024;

    /// <summary>Payloads up to this get an array of their own; longer ones a pooled one of the largest size.</summary>
    private const int SmallPayload = 4096;

    private readonly object _gate = new();
    private readonly Queue<Frame> _frames = new();
    private readonly Stack<byte[]> _free = new();
    private readonly int _creditStep = Math.Max(1, windowFrames / 4);
    private int _recordsHeld;
    private int _othersHeld;
    private long _otherBytesHeld;
    private int _owed;
    private long _taken;
    private bool _ended;
    private bool _abandoned;
    private string? _broken;

    /// <summary>Reader thread: takes the payload off the stream.</summary>
    public void Accept(FrameStream stream, in FrameHeader header)
    {
        bool isRecords = header.Kind == (byte)FrameKind.Records;
        Reserve(stream.Peer, isRecords, header.Length);
        byte[] buffer = Rent(header.Length);
        stream.ReadPayload(header, buffer.AsSpan(0, header.Length));
        var frame = new Frame(this, (FrameKind)header.Kind, buffer, header.Length);
        lock (_gate)
        {
            if (_abandoned) return;
            _frames.Enqueue(frame);
            Monitor.PulseAll(_gate);
        }
    }

    public IFrame? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                if (TryTake(out IFrame? frame)) return frame;
                if (_ended) return null;
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>False where nothing is there now or will be; throws where the channel is broken and nothing is left.</summary>
    public bool TryTake(out IFrame? frame)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_abandoned, typeof(BulkChannel));
            frame = _frames.TryDequeue(out Frame? first) ? first : null;
            if (frame is null && !_ended && _broken is not null) throw new ChannelException(_broken);
            return frame is not null;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Break(string reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops what is here and what still comes; frames handed out stay good until they are disposed.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            _frames.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    private void Reserve(string peer, bool isRecords, int length)
    {
        lock (_gate)
        {
            if (isRecords && ++_recordsHeld > windowFrames)
                throw new ChannelException($"{peer}: sent more than its window of {windowFrames} frames");
            if (isRecords) return;
            if (++_othersHeld > OtherFramesMax || (_otherBytesHeld += length) > OtherBytesMax)
                throw new ChannelException($"{peer}: sent more than {OtherFramesMax} messages or {OtherBytesMax >> 20} MiB unasked");
        }
    }

    private byte[] Rent(int length)
    {
        if (length <= SmallPayload) return new byte[length];
        lock (_gate)
            if (_free.TryPop(out byte[]? buffer)) return buffer;
        return GC.AllocateUninitializedArray<byte>(payloadMax);
    }

    private void Release(Frame frame, byte[] buffer)
    {
        int credit = 0;
        long taken;
        lock (_gate)
        {
            if (buffer.Length > SmallPayload && _free.Count < windowFrames) _free.Push(buffer);
            taken = _taken;
            if (frame.Kind != FrameKind.Records)
            {
                _othersHeld--;
                _otherBytesHeld -= frame.Payload.Length;
            }
            else
            {
                taken = ++_taken;
                if (++_owed >= _creditStep)
                {
                    credit = _owed;
                    _owed = 0;
                    _recordsHeld -= credit;
                }
            }
        }
        if (credit > 0) giveCredit(credit, taken);
    }

    private sealed class Frame(Inbox inbox, FrameKind kind, byte[] buffer, int length) : IFrame
    {
        private int _disposed;

        public FrameKind Kind => kind;
        public ReadOnlyMemory<byte> Payload { get; } = buffer.AsMemory(0, length);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) inbox.Release(this, buffer);
        }
    }
}
