using Backup.Actors.Storage.Outbox;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Wire;
using Backup.Transfer.Links;
using Backup.Volumes.Records;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// Brings what one session owes from its log to the director's catalog, in order, over a channel of its own. Where the channel breaks or
/// the director is away it dials again for ever with the newest offer, and goes on behind what the catalog has acknowledged: every entry
/// may come twice. Own thread.
/// </summary>
internal sealed class CatalogueForwarder
{
    /// <summary>One signal waits and one is being taken: further ones are the same.</summary>
    private const int SignalsMax = 2;

    private readonly StorageSettings _settings;
    private readonly OutboxLog _log;
    private readonly Func<ChannelOffer, IBulkChannel> _dial;
    private readonly Action<string?> _done;
    private readonly IWorkQueue<bool> _signals;
    private readonly Pace _pace;
    private Backoff _backoff;
    private ChannelOffer? _offer;
    private long _workedTicks;
    private int _signalled;
    private volatile bool _stopped;
    private volatile string? _trouble;

    /// <summary>
    /// Done is called once, from the forwarder's thread: with null when all up to the session's last word is in the catalog, or with why
    /// the catalog will never take it.
    /// </summary>
    public CatalogueForwarder(StorageSettings settings, OutboxLog log, Func<ChannelOffer, IBulkChannel> dial, Action<string?> done)
    {
        (_settings, _log, _dial, _done) = (settings, log, dial, done);
        _signals = settings.Threads.Queue<bool>(SignalsMax);
        _pace = new Pace(log.Head.Session);
    }

    /// <summary>Begins its work; what is owed may be delivered, and done called, before this returns.</summary>
    public void Start() => _settings.Threads.Start($"catalogue {_log.Head.Job}", Run);

    public TimeSpan Worked => TimeSpan.FromTicks(Interlocked.Read(ref _workedTicks));

    /// <summary>Why the catalog was not reached at the last try; null where it was.</summary>
    public string? Trouble => _trouble;

    /// <summary>From now on the catalog is dialled with this offer.</summary>
    public void Offer(ChannelOffer offer)
    {
        if (Volatile.Read(ref _offer) is { } known && known.Ticket.Id == offer.Ticket.Id && known.Endpoint == offer.Endpoint) return;
        Volatile.Write(ref _offer, offer);
        Wake();
    }

    /// <summary>There is more in the log. Never waits.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0) _signals.TryAdd(true);
    }

    /// <summary>The process ends; what is owed stays in the log.</summary>
    public void Stop()
    {
        _stopped = true;
        Wake();
    }

    private bool IsDelivered => _log.Next() is { Kind: OutboxKind.Ended };

    private void Run()
    {
        string? refusal = null;
        while (!_stopped && refusal is null && !IsDelivered)
        {
            if (Volatile.Read(ref _offer) is not { } offer || _log.Next() is null) Await(Timeout.InfiniteTimeSpan);
            else refusal = Deliver(offer);
        }
        if (!_stopped) _done(refusal);
    }

    /// <summary>The life of one channel. Returns why the catalog will never take the session; null where it may.</summary>
    private string? Deliver(ChannelOffer offer)
    {
        try
        {
            using IBulkChannel channel = _dial(offer);
            while (!_stopped && !IsDelivered && ReferenceEquals(offer, Volatile.Read(ref _offer)))
            {
                if (_log.Next() is { } entry) Deliver(channel, entry);
                else Await(Timeout.InfiniteTimeSpan);
            }
            channel.CloseSend();
            return null;
        }
        catch (CatalogueRefusedException e)
        {
            return $"the catalog did not take the session: {e.Message}";
        }
        catch (Exception e) when (e is IOException or FormatException or InvalidOperationException or ArgumentException)
        {
            _trouble = e.Message;
            (TimeSpan wait, _backoff) = _backoff.Next(_pace);
            if (!IsDelivered) Await(wait);
            return null;
        }
    }

    private void Deliver(IBulkChannel channel, OutboxEntry entry)
    {
        long began = _settings.Clock.GetTimestamp();
        byte[] payload = _log.Read(entry);
        if (entry.Kind == OutboxKind.Part)
        {
            CommittedPart part = OutboxFrame.DecodePart(payload);
            SendRecords(channel, part.Records.Span);
            channel.Send(FrameKind.Committed, CborMap.Encode(part.Commit));
            Await<Committed>(channel, FrameKind.Committed);
        }
        else
        {
            channel.Send(FrameKind.Seal, payload);
            Await<SessionCatalogued>(channel, FrameKind.Stored);
        }
        _log.Acknowledge();
        _trouble = null;
        _backoff = default;
        Interlocked.Add(ref _workedTicks, _settings.Clock.GetElapsedTime(began).Ticks);
    }

    private void Await(TimeSpan within)
    {
        if (_signals.TryTake(out _, within)) Interlocked.Exchange(ref _signalled, 0);
    }

    /// <summary>Cuts the records into frames between whole records.</summary>
    private static void SendRecords(IBulkChannel channel, ReadOnlySpan<byte> records)
    {
        var cursor = new RecordCursor(records);
        int start = 0;
        int end = 0;
        while (cursor.Next())
        {
            if (end - start + cursor.Record.Length > channel.PayloadBytesMax)
            {
                channel.Send(FrameKind.Records, records[start..end]);
                start = end;
            }
            end += cursor.Record.Length;
        }
        if (end > start) channel.Send(FrameKind.Records, records[start..end]);
    }

    private static T Await<T>(IBulkChannel channel, FrameKind kind) where T : notnull
    {
        using IFrame frame = channel.Receive() ?? throw new ChannelException("the director closed the catalogue channel");
        if (frame.Kind == FrameKind.Failed)
        {
            var failed = CborMap.Decode<SessionFailed>(frame.Payload);
            throw failed.MayPass ? new ChannelException(failed.Reason) : new CatalogueRefusedException(failed.Reason);
        }
        return frame.Kind == kind
            ? CborMap.Decode<T>(frame.Payload)
            : throw new ChannelException($"the director answered {frame.Kind} where {kind} was expected");
    }

    /// <summary>Sessions that lost one director together do not come back together: each waits as its id says.</summary>
    private sealed class Pace(SessionId session) : IEntropy
    {
        public void Fill(Span<byte> bytes)
        {
            Span<byte> id = stackalloc byte[SessionId.Size];
            session.Write(id);
            id[..Math.Min(bytes.Length, id.Length)].CopyTo(bytes);
        }
    }

    /// <summary>The catalog said no, and will say so again.</summary>
    private sealed class CatalogueRefusedException(string reason) : Exception(reason);
}
