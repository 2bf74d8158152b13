using System.Collections.Concurrent;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Transfer.Channels;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>What an operator should know of a drive, in one line, for the node's log.</summary>
internal sealed record DriveNote(string Line);

/// <summary>What the engine does for the drive's thread, on that thread.</summary>
public sealed partial class StorageEngine : IDriveListener
{
    private readonly record struct VolumeWait(VolumeWanted Wanted, IWorkQueue<VolumeAssigned> Answer);

    private readonly Dictionary<SessionId, VolumeWait> _volumeWaits = [];
    private readonly ConcurrentDictionary<DriveThread, DriveWait> _waiting = new();

    void IDriveListener.Started(StoreSession session, MountedVolume volume)
    {
        Guid newest;
        lock (_lock)
        {
            session.IsOpen = true;
            foreach (Ticket ticket in session.Tickets) Register(session, ticket);
            newest = session.Tickets[^1].Id;
        }
        Say(new StoreSessionOpened(session.Id, _channels.Endpoint, volume, newest));
    }

    void IDriveListener.Committed(StoreSession session, long block, string? warning) =>
        Say(new SessionCommitted(session.Id, session.Position, session.LastPath,
            session.Spans is [.., { } last] ? last.Volume : "", block, session.TakeCutBack(), warning));

    /// <summary>The session is over when the catalog has what was committed of it, or is known not to take it.</summary>
    void IDriveListener.Ended(StoreSession session)
    {
        lock (_lock)
        {
            _sessions.Remove(session.Id);
            foreach (Ticket ticket in session.Tickets) _channels.Desk.Withdraw(ticket.Id);
        }
        if (session.Delivery.TryTell(out StoreSessionEnded? end)) Told(end);
    }

    VolumeAssigned IDriveListener.NextVolume(StoreSession session, LeftVolume left)
    {
        using IWorkQueue<VolumeAssigned> answer = _settings.Threads.Queue<VolumeAssigned>(2); // an answer, and a cancel
        VolumeWanted wanted;
        lock (_lock)
        {
            wanted = new VolumeWanted(session.Id, left.Name, left.Reason, _drives.VolumesBeside(session.Drive), left.IsUnfit,
                left.IsProtected);
            if (session.Delivery.CloseReason is { } closed) return new VolumeAssigned(session.Id, null, closed);
            _volumeWaits[session.Id] = new VolumeWait(wanted, answer);
        }
        Instant since = Instant.Now(_settings.Clock);
        _waiting[session.Drive] = new DriveWait(
            $"{left.Reason}; the director is to name the next", "the director names it", since, since.Plus(_settings.NextVolumeDeadline));
        try
        {
            Say(wanted);
            return answer.TryTake(out VolumeAssigned assigned, _settings.NextVolumeDeadline)
                ? assigned
                : throw new VolumeException($"{left.Reason}, and the director named no other within "
                    + $"{_settings.NextVolumeDeadline.TotalMinutes:0} min");
        }
        finally
        {
            _waiting.TryRemove(session.Drive, out _);
            lock (_lock) _volumeWaits.Remove(session.Id);
        }
    }

    void IDriveListener.Waits(DriveThread drive, DriveWait? wait)
    {
        if (wait is null) _waiting.TryRemove(drive, out _);
        else _waiting[drive] = wait;
    }

    bool IDriveListener.Claim(DriveThread drive, string volume)
    {
        lock (_lock)
        {
            if (_drives.Find(volume) is { } holder && holder != drive) return false;
            drive.Claimed = volume;
            return true;
        }
    }

    void IDriveListener.Release(DriveThread drive)
    {
        lock (_lock) drive.Claimed = null;
    }

    DriveThread? IDriveListener.PassOn(StoreSession session)
    {
        lock (_lock)
        {
            string volume = session.Order.Volume.Volume;
            DriveThread? other = _drives.Find(volume);
            if (other == session.Drive) other = null;
            if (other is null) session.Drive.Claimed = volume;
            else session.Drive = other;
            return other;
        }
    }

    /// <summary>The drive may be waiting for a volume for this very session: it is woken, and asks for the next one's.</summary>
    private void Wake(StoreSession session, string reason)
    {
        lock (_lock)
        {
            session.Delivery.CloseReason = reason;
            if (_volumeWaits.Remove(session.Id, out VolumeWait wait)) wait.Answer.TryAdd(new VolumeAssigned(session.Id, null, reason));
        }
        _leases.EndWait(session.Order.Label.Job, reason);
    }

    void IDriveListener.Look()
    {
        List<StoreSession> sessions;
        lock (_lock) sessions = [.. _sessions.Values.Where(s => s.Delivery.Unclaimed >= _settings.UnclaimedDeadline)];
        foreach (StoreSession session in sessions)
        {
            session.Delivery.Claim(); // said once: the order is on its way
            session.Drive.Post(new AbandonWork(
                session, $"no director claimed the session for {_settings.UnclaimedDeadline.TotalMinutes:0} min"));
        }
    }

    /// <summary>What one of the drives waits for; null where none waits.</summary>
    private DriveWait? Waiting => _waiting.Values.FirstOrDefault() ?? _deliveries.Room.Wait;

    /// <summary>What this session waits for: the next volume, room in the outbox, a drive, or a volume that others have.</summary>
    private DriveWait? WaitOf(StoreSession session) => _waiting.GetValueOrDefault(session.Drive) ?? _deliveries.Room.Wait
        ?? (_leases.Waits.FirstOrDefault(wait => wait.Job == session.Order.Label.Job) is { } medium
            ? new DriveWait($"volume {medium.Volume}: {medium.Reason}", medium.ForDrive ? "the drive opens" : "one of these ends",
                medium.Since, medium.Until) : null);

    private IReadOnlyList<VolumeWanted> Wanted()
    {
        lock (_lock) return [.. _volumeWaits.Values.Select(wait => wait.Wanted)];
    }

    /// <summary>
    /// What is wanted is said again until it is answered, so that an answer may come twice: one that names the very volume that is full
    /// since was meant for the one before, and the drive waits on.
    /// </summary>
    private IWorkQueue<VolumeAssigned>? TakeWait(VolumeAssigned assigned)
    {
        lock (_lock)
        {
            if (!_volumeWaits.TryGetValue(assigned.Session, out VolumeWait wait)) return null;
            if (assigned.Volume?.Volume == wait.Wanted.Full) return null;
            _volumeWaits.Remove(assigned.Session);
            return wait.Answer;
        }
    }
}
