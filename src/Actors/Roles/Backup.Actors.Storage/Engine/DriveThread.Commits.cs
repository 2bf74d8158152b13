using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>Commit points and ends of sessions.</summary>
internal sealed partial class DriveThread
{
    private void Seal(SealWork work)
    {
        SessionEnd? end = null;
        while (_writer is { } writer && writer.IsOpen(work.Session.Id)) // a full medium refuses the end: it is written on the next then
        {
            end = writer.EndSession(work.Session.Id, work.Seal, Instant.Now(_settings.Clock));
            Commit();
        }
        if (work.Session.HasEnded) return; // the medium was full, and there was no next one for it
        if (end is null) throw new SequenceException($"session {work.Session.Id} is not open on volume {Volume}");
        if (!work.Session.End(end))
        {
            Abandon(work.Session, work.Session.Delivery.CloseReason!);
            return;
        }
        _sessions.Remove(work.Session.Id);
        _listener.Ended(work.Session);
    }

    private void Settle(StoreOutcome outcome)
    {
        if (outcome == StoreOutcome.CommitDue) Commit();
        if (outcome == StoreOutcome.EndOfMedium) NextVolume();
    }

    private void Commit()
    {
        if (_writer is null) return;
        long began = _settings.Clock.GetTimestamp();
        Instant now = Instant.Now(_settings.Clock);
        CommitResult result = _writer.Commit(now);
        _isDirty = false;
        _lastCommit = _settings.Clock.GetTimestamp();
        Publish(result.Points, now, _settings.Clock.GetElapsedTime(began));
        if (result.Outcome == StoreOutcome.EndOfMedium) NextVolume();
    }

    private void Publish(IReadOnlyList<CommitPoint> points, Instant at, TimeSpan took)
    {
        CountWritten();
        foreach (CommitPoint point in points)
        {
            if (!_sessions.TryGetValue(point.Session, out StoreSession? session)) continue;
            string? warning = _writer!.IsFull ? null : _fullness.Warning(_writer.BytesWritten);
            if (session.Commit(point, _writer, _fullness.Capacity, at, took)) _listener.Committed(session, point.LastBlock, warning);
            else Abandon(session, session.Delivery.CloseReason!);
        }
    }
}
