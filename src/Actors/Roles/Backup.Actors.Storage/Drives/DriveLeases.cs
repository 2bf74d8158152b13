using Backup.Actors.Storage.Engine;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Drives;

/// <summary>Who waited for a drive wants it no longer; the message says why.</summary>
internal sealed class DriveWaitEndedException(string message) : VolumeException(message);

/// <summary>A drive with the medium that was asked for, until it is disposed of.</summary>
internal sealed class DriveLease(AttendedDrive drive, TimeLimitedDrive calls, int number, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public AttendedDrive Drive { get; } = drive;

    /// <summary>Of a library, from 0; -1 for one that was made for this lease.</summary>
    public int Number => number;

    /// <summary>Which of its calls does not come back; null while all do.</summary>
    public string? Cut => calls.Cut;

    /// <summary>A drive of which a read, write or motion hangs is not given to others before that has come back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _giveBack, null) is not { } give) return;
        Drive.Dispose();
        if (Drive.IsLoadRefused) give();
        else calls.WhenBack(give);
    }
}

/// <summary>
/// Who has which drive and which medium of one storage, and who waits for what. Nobody waits for a drive while it has one, so that no
/// two can wait for each other. A drive that cannot be opened rests for a while, and whoever wanted it waits on, for it or another.
/// Thread safe; the caller's thread waits, and moves the media. Note hears what an operator should know of a drive, one line each.
/// </summary>
internal sealed partial class DriveLeases(
    IDriveSource source, IEngineThreads threads, TimeProvider clock, DriveLimits limits, Action<string> note) : IDisposable
{
    private const string Stopping = "the storage node is shutting down";

    private readonly Lock _lock = new();
    private readonly List<DriveHolding> _held = [];
    private readonly List<Waiter> _waiters = [];
    private readonly List<int> _free = [.. Enumerable.Range(0, source.Drives)];
    private bool _isClosed;

    /// <summary>One thread that waits. All but the signal is guarded by the lock.</summary>
    private sealed class Waiter(DriveAsk ask, Instant since, Instant until, IWorkQueue<bool> signal)
    {
        public readonly DriveAsk Ask = ask;
        public readonly Instant Since = since;
        public readonly Instant Until = until;
        public readonly IWorkQueue<bool> Signal = signal;
        public DriveHolding? Granted;
        public string? Refused;
        public string Reason = "";
        public bool Rests;
    }

    /// <summary>The drives of a library, for the operator; empty where drives are made.</summary>
    public IReadOnlyList<DriveUse> Status
    {
        get
        {
            lock (_lock)
                return [.. Enumerable.Range(0, source.Drives).Select(drive => _held.Find(holding => holding.Drive == drive) is { } holding
                    ? new DriveUse(drive, holding.Ask.Medium, holding.Calls?.Cut ?? holding.Ask.ToString(), holding.Since)
                    : new DriveUse(drive, source.MediumIn(drive), RestOf(drive)?.ToString(), null)).Select(use => use with
                    {
                        IsNotRead = !limits.MayUse(use.Drive, writes: false), IsNotWritten = !limits.MayUse(use.Drive, writes: true),
                        Blocks = source.BlockSizes == BlockSizeRange.Any ? null : source.BlockSizes.ToString(),
                    })];
        }
    }

    /// <summary>Who waits for a drive, for what, since when and until when, in the order they came.</summary>
    public IReadOnlyList<MediumWait> Waits
    {
        get
        {
            lock (_lock)
                return [.. _waiters.Select(waiter => new MediumWait(waiter.Ask.Job, waiter.Ask.Medium, waiter.Ask.Writes, waiter.Reason,
                    waiter.Since, waiter.Until, waiter.Rests))];
        }
    }

    /// <summary>
    /// Waits for a drive and the medium in it. Throws <see cref="VolumeException"/> with one line where it did not get them in time, where
    /// the wait was ended, or where the medium cannot be brought.
    /// </summary>
    public DriveLease Take(DriveAsk ask, long capacityBytes, TimeSpan within)
    {
        DriveHolding holding = Await(ask, within);
        try
        {
            var calls = new TimeLimitedDrive(source.Open(holding.Drive, ask.Medium, capacityBytes), limits, threads);
            holding.Calls = calls;
            return new DriveLease(new AttendedDrive(calls, note, limits.IgnoresCloseErrors), calls, holding.Drive, () => GiveBack(holding));
        }
        catch (DriveUnavailableException e)
        {
            Rest(holding.Drive, ask.Medium, e.Message);
            GiveBack(holding);
            throw;
        }
        catch (Exception)
        {
            GiveBack(holding);
            throw;
        }
    }

    /// <summary>What waits for this job waits no longer.</summary>
    public void EndWait(JobId job, string reason) => EndWaits(waiter => waiter.Ask.Job == job, reason);

    /// <summary>Nobody waits any longer, and nobody gets a drive; those that have one keep it until they give it back.</summary>
    public void Dispose()
    {
        lock (_lock) _isClosed = true;
        EndWaits(_ => true, Stopping);
    }

    private void EndWaits(Func<Waiter, bool> isMeant, string reason)
    {
        List<Waiter> ended;
        lock (_lock)
        {
            ended = [.. _waiters.Where(isMeant)];
            foreach (Waiter waiter in ended)
            {
                waiter.Refused = reason;
                _waiters.Remove(waiter);
            }
            ended.AddRange(Grant()); // others may have waited behind these
        }
        Signal(ended);
    }

    private DriveHolding Await(DriveAsk ask, TimeSpan within)
    {
        using IWorkQueue<bool> signal = threads.Queue<bool>(1); // a waiter is granted or refused once
        long began = clock.GetTimestamp();
        var waiter = new Waiter(ask, ask.Since ?? Instant.Now(clock), Instant.Now(clock).Plus(within), signal);
        lock (_lock)
        {
            if ((_isClosed ? Stopping : ask.Ended()) is { } ended) throw new DriveWaitEndedException(ended);
            _waiters.Add(waiter);
            Grant(); // one that came last changes nothing for those before it
            if (waiter.Granted is { } at) return at;
        }
        while (!signal.TryTake(out _, Pause(within - clock.GetElapsedTime(began))) && clock.GetElapsedTime(began) < within)
            LookAgain();
        List<Waiter> granted;
        lock (_lock)
        {
            if (waiter.Granted is { } holding) return holding;
            _waiters.Remove(waiter);
            granted = Grant();
        }
        Signal(granted);
        throw waiter.Refused is { } refused
            ? new DriveWaitEndedException(refused)
            : new VolumeException($"no drive for volume {ask.Medium} within {within.TotalMinutes:0.#} min: {waiter.Reason}");
    }

    private void GiveBack(DriveHolding holding)
    {
        List<Waiter> granted;
        lock (_lock)
        {
            _held.Remove(holding);
            if (holding.Drive >= 0) _free.Add(holding.Drive);
            granted = Grant();
        }
        Signal(granted);
    }

    /// <summary>Without the lock: in a simulation another thread may run here.</summary>
    private static void Signal(List<Waiter> waiters)
    {
        foreach (Waiter waiter in waiters) waiter.Signal.TryAdd(true);
    }

    /// <summary>Under the lock: gives what can be given, in the order they came; those that got something are to be signalled.</summary>
    private List<Waiter> Grant()
    {
        var granted = new List<Waiter>();
        _rests.RemoveAll(rest => rest.Until <= Instant.Now(clock));
        for (int i = 0; i < _waiters.Count; i++)
        {
            Waiter waiter = _waiters[i];
            IReadOnlyList<(int, string?)>? free = source.Drives == 0 ? null
                : [.. _free.Where(drive => limits.MayUse(drive, waiter.Ask.Writes)).Select(drive => (drive, source.MediumIn(drive)))];
            DriveChoice choice = DriveChoice.For(waiter.Ask, _held, _waiters.Take(i).Select(earlier => earlier.Ask), free, _rests);
            (waiter.Reason, waiter.Rests) = (choice.Wait ?? "", choice.Rests);
            if (choice.Drive is not { } drive) continue;
            _held.Add(waiter.Granted = new DriveHolding(waiter.Ask, drive, Instant.Now(clock)));
            _free.Remove(drive);
            _waiters.RemoveAt(i--);
            granted.Add(waiter);
        }
        return granted;
    }
}
