using Backup.Messages.Sessions;
using Backup.Transfer.Channels;

namespace Backup.Tests.Simulation;

/// <summary>After how many frames the next channel of a purpose is cut; at once for both ends, with what is under way lost.</summary>
internal sealed record PlannedCut(ChannelPurpose Purpose, int Frames);

/// <summary>
/// The machines' network: channels between desks of tickets, with the behaviour of the product's channel as its users see it: a window of
/// credit,
/// order, an end said by each side, and a break that both sides meet.
/// </summary>
internal sealed class Network(Baton baton, int payloadBytes, int windowFrames, TimeSpan delay)
{
    private readonly Dictionary<string, TicketDesk> _desks = [];

    public int PayloadBytes => payloadBytes;
    public int WindowFrames => windowFrames;

    /// <summary>How long a frame is on its way.</summary>
    public TimeSpan Delay => delay;

    /// <summary>The cut to come; null where none is planned.</summary>
    public PlannedCut? Cut { get; set; }

    /// <summary>Channels that have not been disposed of at both ends.</summary>
    public int Open { get; set; }

    private readonly List<(string Endpoint, string Dialler, Link Link)> _links = [];

    /// <summary>The process at this endpoint is gone: every channel that it listened for breaks.</summary>
    public void CutAll(string endpoint)
    {
        foreach ((string at, _, Link link) in _links)
            if (at == endpoint) link.Break($"{endpoint}: the process is gone");
        _links.RemoveAll(l => l.Endpoint == endpoint);
    }

    /// <summary>The process is gone with its ends of channels; what it had sent arrives.</summary>
    public void Kill(string process)
    {
        _desks.Remove(process);
        foreach ((string at, string dialler, Link link) in _links.Where(l => l.Endpoint == process || l.Dialler == process))
            link.Leave(at == process ? 1 : 0, $"{process}: the process was killed");
        _links.RemoveAll(l => l.Endpoint == process || l.Dialler == process);
    }

    public NodeChannels Node(string endpoint)
    {
        var desk = new TicketDesk(baton);
        _desks[endpoint] = desk;
        return new NodeChannels(endpoint, desk, offer => Dial(offer, 1));
    }

    public IBulkChannel Dial(ChannelOffer offer, int attempt)
    {
        baton.Yield();
        if (!_desks.TryGetValue(offer.Endpoint, out TicketDesk? desk)) throw new ChannelException($"{offer.Endpoint}: connection refused");
        Ticket ticket = offer.Ticket;
        var hello = new Hello(
            1, 1, ticket.Id, ticket.Secret, ticket.Purpose, ticket.Session, attempt, 0, windowFrames, payloadBytes, "simulation");
        if (!desk.TryRedeem(hello, out _, out string refusal)) throw new ChannelException($"{offer.Endpoint}: {refusal}");
        PlannedCut? cut = Cut?.Purpose == ticket.Purpose ? Cut : null;
        if (cut is not null) Cut = null;
        var link = new Link(this, baton, cut?.Frames ?? int.MaxValue);
        _links.Add((offer.Endpoint, baton.Process, link));
        IBulkChannel served = link.End(1, "client");
        baton.In(offer.Endpoint, () => baton.Start($"channel {ticket.Purpose} {ticket.Session}", () => desk.Opened(hello, served)));
        return link.End(0, offer.Endpoint);
    }
}

/// <summary>The two directions of one channel.</summary>
internal sealed class Link(Network network, Baton baton, int framesUntilCut)
{
    private readonly Network _network = network;
    private readonly Baton _baton = baton;
    private readonly Side[] _sides = [new(), new()];
    private int _frames;

    private sealed class Side
    {
        public readonly Queue<Frame> Arrived = new();
        public int Credit;
        public bool EndSent;
        public bool Disposed;
        public string? Broken;
    }

    public IBulkChannel End(int side, string peer)
    {
        _sides[side].Credit = _network.WindowFrames;
        _network.Open++;
        return new ChannelEnd(this, side, peer);
    }

    public void Break(string reason)
    {
        foreach (Side side in _sides) side.Broken ??= reason;
    }

    /// <summary>The process of this side is gone.</summary>
    public void Leave(int side, string reason)
    {
        Close(_sides[side]);
        Break(reason);
    }

    private void Close(Side side)
    {
        if (side.Disposed) return;
        side.Disposed = true;
        _network.Open--;
    }

    private void CountFrame(string peer)
    {
        if (++_frames < framesUntilCut) return;
        foreach (Side side in _sides) side.Arrived.Clear();
        Break($"{peer}: the connection was cut");
    }

    private sealed class Frame(Link link, int sender, FrameKind kind, byte[] payload) : IFrame
    {
        private bool _disposed;

        public long Due { get; } = link._baton.GetTimestamp() + link._network.Delay.Ticks;
        public FrameKind Kind => kind;
        public ReadOnlyMemory<byte> Payload => payload;

        public void Dispose()
        {
            if (_disposed) return;
            _disposed = true;
            if (kind == FrameKind.Records) link._sides[sender].Credit++;
            Array.Fill<byte>(payload, 0xdb); // whoever still reads it is found out
        }
    }

    private sealed class ChannelEnd(Link link, int side, string peer) : IBulkChannel
    {
        private readonly Side _mine = link._sides[side];
        private readonly Side _theirs = link._sides[1 - side];

        public string Peer => peer;
        public int PayloadBytesMax => link._network.PayloadBytes;
        public TimeSpan WaitedForCredit => TimeSpan.Zero;

        public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            byte[] bytes = payload.ToArray();
            ObjectDisposedException.ThrowIf(_mine.Disposed, this);
            if (bytes.Length > PayloadBytesMax) throw new ArgumentException($"a payload of {bytes.Length} bytes is over the channel's");
            if (_mine.EndSent) throw new InvalidOperationException("nothing can be sent behind the end");
            link._baton.Await(() => _mine.Broken is not null || kind != FrameKind.Records || _mine.Credit > 0);
            ThrowIfBroken();
            if (kind == FrameKind.Records) _mine.Credit--;
            link.CountFrame(peer);
            ThrowIfBroken();
            if (!_theirs.Disposed) _theirs.Arrived.Enqueue(new Frame(link, side, kind, bytes));
        }

        public IFrame? Receive()
        {
            link._baton.Await(() => _mine.Disposed || _mine.Arrived.Count > 0 || _theirs.EndSent || _mine.Broken is not null);
            while (!_mine.Disposed && OnItsWay is { } left) link._baton.Await(() => _mine.Disposed, left);
            TryReceive(out IFrame? frame);
            return frame;
        }

        /// <summary>How long the first frame is on its way yet; null where it is there, or none is.</summary>
        private TimeSpan? OnItsWay => _mine.Arrived.TryPeek(out Frame? first) && first.Due - link._baton.GetTimestamp() is > 0 and var left
            ? TimeSpan.FromTicks(left) : null;

        public bool TryReceive(out IFrame? frame)
        {
            link._baton.Yield();
            ObjectDisposedException.ThrowIf(_mine.Disposed, this);
            if (OnItsWay is not null)
            {
                frame = null;
                return false;
            }
            frame = _mine.Arrived.TryDequeue(out Frame? first) ? first : null;
            if (frame is null && !_theirs.EndSent) ThrowIfBroken();
            return frame is not null;
        }

        public void CloseSend()
        {
            link._baton.Yield();
            ObjectDisposedException.ThrowIf(_mine.Disposed, this);
            if (_mine.EndSent) return;
            ThrowIfBroken();
            _mine.EndSent = true;
        }

        public void Dispose()
        {
            if (_mine.Disposed) return;
            link.Close(_mine);
            if (!_mine.EndSent || !_theirs.EndSent) link.Break($"{peer}: the other end closed the channel before its end");
        }

        private void ThrowIfBroken()
        {
            if (_mine.Broken is { } reason) throw new ChannelException(reason);
        }
    }
}
