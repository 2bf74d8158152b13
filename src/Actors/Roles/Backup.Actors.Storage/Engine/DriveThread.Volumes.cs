using Backup.Messages.Drives;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>Volumes: mounted, full, put away, lost.</summary>
internal sealed partial class DriveThread
{
    /// <summary>The medium is full: what is on it becomes durable, the rest goes to the next volume, which may be full again.</summary>
    private void NextVolume()
    {
        for (StoreOutcome outcome = StoreOutcome.EndOfMedium; outcome == StoreOutcome.EndOfMedium;)
        {
            string full = _writer!.VolumeLabel.Name;
            Instant now = Instant.Now(_settings.Clock);
            FinishResult finished = _writer.Finish(now);
            Publish(finished.Points, now, TimeSpan.Zero);
            Dismount();
            if (finished.Remainder.IsEmpty) return;
            StoreSession asker = _sessions.Values.First();
            Mount(_listener.NextVolume(asker, full, $"volume {full} is full"), asker.Order.Label);
            outcome = _writer!.Take(finished.Remainder);
        }
        Commit();
    }

    private void Mount(VolumeAssignment volume, SessionLabel forSession)
    {
        _drive = _settings.OpenDrive(volume.CapacityBytes);
        try
        {
            _writer = volume.IsNew
                ? NewVolume.Open(_drive, volume, forSession, _settings)
                : VolumeWriter.OpenForAppend(_drive, volume.Volume, volume.Life, _settings.Clock);
            Volume = volume.Volume;
            _countedOnVolume = _writer.BytesWritten;
        }
        catch (VolumeException)
        {
            Dismount();
            throw;
        }
    }

    private void PutAway()
    {
        if (_writer is null) return;
        try
        {
            _writer.Close(Instant.Now(_settings.Clock), full: false);
        }
        catch (VolumeException)
        {
            // Nothing was uncommitted: no session is open. The next mount reads the label and the end of the data again.
        }
        Dismount();
    }

    private void CountWritten()
    {
        if (_writer is null) return;
        Interlocked.Add(ref _bytesWritten, _writer.BytesWritten - _countedOnVolume);
        _countedOnVolume = _writer.BytesWritten;
    }

    private void Dismount()
    {
        CountWritten();
        _writer?.Dispose();
        _writer = null;
        _drive?.Dispose();
        _drive = null;
        Volume = null;
        _isDirty = false;
    }

    private void LoseVolume(string reason)
    {
        Dismount();
        foreach (StoreSession session in _sessions.Values.ToList()) Abandon(session, reason);
    }
}
