using Backup.Actors.Storage.Outbox;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// All that a storage owes the director: of sessions on the drive, of those that are over, and of those a process before this one left.
/// Thread safe.
/// </summary>
internal sealed class Deliveries : IDisposable
{
    private const string Restarted = "the storage node was started again while it stored the session";

    private readonly StorageSettings _settings;
    private readonly Func<ChannelOffer, IBulkChannel> _dial;
    private readonly Action<Delivery> _done;
    private readonly StorageOutbox _outbox;
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, Delivery> _deliveries = [];

    public Deliveries(StorageSettings settings, Func<ChannelOffer, IBulkChannel> dial, Action<Delivery> done)
    {
        (_settings, _dial, _done) = (settings, dial, done);
        _outbox = new StorageOutbox(settings.OutboxFolder, settings.OutboxBytesMax, settings.OutboxDisk,
            settings.OutboxFileBytes);
        Room = new OutboxRoom(settings, _outbox);
    }

    /// <summary>Where drives wait for the outbox.</summary>
    public OutboxRoom Room { get; }

    public long Bytes => _outbox.Bytes;
    public long BytesMax => _outbox.BytesMax;

    /// <summary>Takes up what an earlier process left: a session that it had on the drive has ended where it was last committed.</summary>
    public void TakeUp()
    {
        foreach (OutboxLog log in _outbox.OpenLeft())
        {
            OutboxHead head = log.Head;
            if (log.Ended is null)
                log.Append(new StoreSessionEnded(head.Session, null, head.Position, head.LastPath, [], Restarted, [], head.Job));
            Keep(log);
        }
    }

    /// <summary>A session begins. Throws <see cref="IOException"/> where its log cannot be made.</summary>
    public Delivery Begin(OpenStoreSession order)
    {
        SessionLabel label = order.Label;
        Delivery delivery = Keep(OutboxLog.Create(_outbox, new OutboxHead(label.Session, label.Job, order.Attempt, default, null)));
        delivery.Forwarder.Offer(order.Catalogue);
        return delivery;
    }

    public Delivery? Find(SessionId session)
    {
        lock (_lock) return _deliveries.GetValueOrDefault(session);
    }

    public IReadOnlyList<Delivery> All
    {
        get
        {
            lock (_lock) return [.. _deliveries.Values];
        }
    }

    /// <summary>The director has the session's end, or never had a job of it: what is left of it goes.</summary>
    public void Forget(SessionId session)
    {
        Delivery? delivery;
        lock (_lock)
            if (!_deliveries.Remove(session, out delivery)) return;
        delivery.Forwarder.Stop();
        delivery.Log.Delete();
    }

    /// <summary>What is owed stays on disk.</summary>
    public void Dispose()
    {
        foreach (Delivery delivery in All)
        {
            delivery.Forwarder.Stop();
            delivery.Log.Close();
        }
    }

    private Delivery Keep(OutboxLog log)
    {
        lock (_lock) return _deliveries[log.Head.Session] = new Delivery(_settings, log, Room, _dial, _done);
    }
}
