using Backup.Actors.Storage.Drives;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>Volumes come into the drive and leave it.</summary>
internal sealed partial class DriveThread
{
    /// <summary>Volumes in a row, each in another drive already or on a medium that cannot be used, before a session gives up.</summary>
    private const int ClashesMax = 16;

    /// <summary>The medium is full: what is on it becomes durable, the rest goes to the next volume, which may be full again.</summary>
    private void NextVolume()
    {
        var progress = new Progress();
        do
        {
            string full = _writer!.VolumeLabel.Name;
            string? gaveUp = _lease!.Drive.GaveUp;
            Instant now = Instant.Now(_settings.Clock);
            FinishResult finished = _writer.Finish(now);
            Publish(finished.Points, now, TimeSpan.Zero);
            Dismount();
            finished.Remainder.KeepOnly(_sessions.ContainsKey);
            if (finished.Remainder.IsEmpty) return;
            progress.Check(full, finished.Remainder.Bytes, gaveUp);
            if (!MountNext(new LeftVolume(full, gaveUp ?? $"volume {full} is full", IsUnfit: gaveUp is not null), progress)) return;
            finished.Remainder.KeepOnly(_sessions.ContainsKey);
            if (_writer!.Take(finished.Remainder) != StoreOutcome.EndOfMedium) break;
        } while (true);
        Commit();
    }

    /// <summary>
    /// The volume that the session was opened for, or another one where its medium cannot be used. False where the session has ended.
    /// </summary>
    private bool MountFirst(StoreSession session)
    {
        _sessions[session.Id] = session;
        try
        {
            Mount(session.Order.Volume, session);
            return true;
        }
        catch (UnusableMediumException e)
        {
            return MountNext(new LeftVolume(session.Order.Volume.Volume, e.Message, IsUnfit: true, e.IsProtected), new Progress());
        }
    }

    /// <summary>
    /// Each session's director is asked for its own: one that is refused, or has enough of waiting for the drive, ends, and the next is
    /// asked. False where none is left.
    /// </summary>
    private bool MountNext(LeftVolume left, Progress progress)
    {
        int clashes = 0;
        while (_sessions.Values.FirstOrDefault() is { } asker)
        {
            VolumeAssigned answer = _listener.NextVolume(asker, left);
            try
            {
                if (answer.Volume is not { } volume) Abandon(asker, $"{left.Reason}, and there is no other: {answer.Reason}");
                else if (_listener.Claim(this, volume.Volume))
                {
                    Mount(volume, asker);
                    progress.IsNew = _writer!.Counts.Commits == 0; // a name new to the catalog may be of a volume that was written on
                    return true;
                }
                else if (++clashes >= ClashesMax) // another thread was quicker: the director is asked again, but not for ever
                    Abandon(asker, $"{left.Reason}, and volume {volume.Volume} that was named is in another drive");
            }
            catch (UnusableMediumException e)
            {
                left = new LeftVolume(answer.Volume!.Volume, e.Message, IsUnfit: true, e.IsProtected);
                if (++clashes >= ClashesMax) Abandon(asker, e.Message);
            }
            catch (DriveWaitEndedException e)
            {
                Abandon(asker, e.Message);
            }
        }
        return false;
    }

    /// <summary>Sees to it that a record which no volume can take does not ask for volumes for ever.</summary>
    private sealed class Progress
    {
        /// <summary>Volumes in a row, each with too little room left, before the session gives up.</summary>
        private const int FruitlessMax = 4;

        private long _left = long.MaxValue;
        private int _fruitless;

        /// <summary>The volume that is being written was empty.</summary>
        public bool IsNew { get; set; }

        /// <param name="volume">The volume that took no more.</param>
        /// <param name="left">Bytes that wait for the next one.</param>
        /// <param name="gaveUp">Why it was given up; null where it was full.</param>
        public void Check(string volume, long left, string? gaveUp)
        {
            bool isFruitless = left >= _left;
            _fruitless = isFruitless ? _fruitless + 1 : 0;
            _left = left;
            if (isFruitless && (IsNew || _fruitless >= FruitlessMax))
                throw new VolumeException(gaveUp is not null ? $"{gaveUp}; the volume before it took nothing either: see to the drive"
                    : $"volume {volume} had no room for any of the {left} bytes that wait; "
                    + "make room on the file system it is on, or raise volume-size");
        }
    }

    private void Mount(VolumeAssignment volume, StoreSession asker)
    {
        SessionLabel forSession = asker.Order.Label;
        try
        {
            (_lease, _writer) = _leases.Open(
                new DriveAsk(volume.Volume, Writes: true, forSession.Job, () => asker.Delivery.CloseReason), volume.CapacityBytes,
                _settings.DriveDeadline, drive => Checked(drive, volume, asker, volume.IsNew
                    ? NewVolume.Open(drive, volume, forSession, _settings)
                    : KnownVolume.Open(drive, volume, _settings)));
            Volume = volume.Volume;
            _countedOnVolume = _writer.BytesWritten;
            _fullness.Mounted(volume.Volume, _lease.Drive.Capacity, _writer.BytesWritten);
            if (_writer.Recovered.Length > 0) asker.CutBack = _writer.Recovered;
        }
        catch (VolumeException)
        {
            Dismount();
            throw;
        }
    }

    /// <summary>Where it is so configured all that a volume has is read first, while its session waits.</summary>
    private VolumeWriter Checked(AttendedDrive drive, VolumeAssignment volume, StoreSession asker, VolumeWriter writer)
    {
        if (!_settings.ChecksWhole || writer.Counts.Commits == 0) return writer;
        long end = writer.End;
        writer.Dispose();
        drive.Unload();
        Instant since = Instant.Now(_settings.Clock), until = since.Plus(_settings.DriveDeadline);
        _listener.Waits(this, new DriveWait(
            $"volume {volume.Volume} is read and checked before it is written on", "its last block is read", since, until));
        try
        {
            string? stopped = WholeCheck.Run(drive, volume, end, () => _isStopping ? "the storage node is shutting down"
                : asker.Delivery.CloseReason ?? (Instant.Now(_settings.Clock) < until ? null : $"volume {volume.Volume} was not checked to "
                    + $"its end within {_settings.DriveDeadline.TotalMinutes:0.#} min (drive-wait)"));
            if (stopped is not null) throw new DriveWaitEndedException(stopped);
        }
        finally
        {
            _listener.Waits(this, null);
        }
        return VolumeWriter.OpenForAppend(drive, volume.Volume, writer.VolumeLabel.Life, _settings.Clock);
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
        _fullness.Written(_countedOnVolume);
    }

    private void Dismount()
    {
        CountWritten();
        _writer?.Dispose();
        _writer = null;
        _lease?.Dispose();
        _lease = null;
        Volume = null;
        _fullness.Gone();
        _listener.Release(this);
        _isDirty = false;
    }

    private void LoseVolume(string reason)
    {
        Dismount();
        foreach (StoreSession session in _sessions.Values.ToList()) Abandon(session, reason);
    }
}
