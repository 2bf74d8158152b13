using Backup.Messages.Values;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Drives;

/// <summary>Drives that do not open are tried again.</summary>
internal sealed partial class DriveLeases
{
    private readonly List<DriveRest> _rests = [];

    /// <summary>
    /// Takes a drive and opens the medium in it. Where it is the drive that does not open, that rests, and another or the same one is
    /// tried, until the tries or the time are over. Throws what <see cref="Take"/> and <paramref name="open"/> throw.
    /// </summary>
    public (DriveLease Lease, T Opened) Open<T>(DriveAsk ask, long capacityBytes, TimeSpan within, Func<AttendedDrive, T> open)
    {
        long began = clock.GetTimestamp();
        ask = ask with { Since = Instant.Now(clock) };
        for (int tries = 1; ; tries++)
        {
            try
            {
                return OpenOnce(ask, capacityBytes, within - clock.GetElapsedTime(began), open);
            }
            catch (DriveUnavailableException e)
            {
                if (tries == 1) note(e.Message);
                if (tries == limits.OpenTries)
                    throw new DriveUnavailableException($"{e.Message}; given up after {tries} {(tries == 1 ? "try" : "tries")}");
            }
        }
    }

    private (DriveLease Lease, T Opened) OpenOnce<T>(DriveAsk ask, long capacityBytes, TimeSpan within, Func<AttendedDrive, T> open)
    {
        DriveLease lease = Take(ask, capacityBytes, within);
        try
        {
            return (lease, open(lease.Drive));
        }
        catch (Exception e)
        {
            if (e is DriveUnavailableException) Rest(lease.Number, ask.Medium, e.Message);
            string? cut = lease.Cut;
            lease.Dispose();
            if (cut is not null && e is VolumeException and not DriveUnavailableException) // nothing is known against the medium
                throw new VolumeException($"volume {ask.Medium}: {cut}", e);
            throw;
        }
    }

    /// <summary>Before the drive is given back: nobody gets it in between.</summary>
    private void Rest(int drive, string medium, string reason)
    {
        lock (_lock) _rests.Add(new DriveRest(drive, medium, Instant.Now(clock).Plus(limits.OpenInterval), reason));
    }

    private DriveRest? RestOf(int drive) => _rests.Find(rest => rest.Drive == drive);

    /// <summary>Who waits looks again when a rest is over; one that begins meanwhile is seen at the next look.</summary>
    private TimeSpan Pause(TimeSpan left)
    {
        lock (_lock)
        {
            Instant now = Instant.Now(clock);
            TimeSpan pause = _rests.Select(rest => rest.Until.Since(now)).Append(limits.OpenInterval).Min();
            return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < left ? pause : left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private void LookAgain()
    {
        List<Waiter> granted;
        lock (_lock) granted = Grant();
        Signal(granted);
    }
}
