using Backup.Actors.Storage.Drives;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// The threads of one storage that write, one for each volume that is written to at the same time, and which session goes to which.
/// Claims and the choice are guarded by the engine; all else is thread safe.
/// </summary>
internal sealed class DriveThreads : IDisposable
{
    private readonly DriveThread[] _threads;

    public DriveThreads(StorageSettings settings, IDriveListener listener, DriveLeases leases)
    {
        int count = settings.Drives.Drives > 0 ? settings.Limits.ToWrite(settings.Drives.Drives) : settings.VolumesAtOnce;
        _threads = [.. Enumerable.Range(1, count).Select(number => new DriveThread(settings, listener, leases, number))];
    }

    /// <summary>What a thread has to do, for the choice.</summary>
    /// <param name="Volume">The volume it writes to; null where it has none.</param>
    /// <param name="Pools">The pool of each of its sessions.</param>
    /// <param name="Wanted">The volume that each of its sessions was opened for.</param>
    internal readonly record struct Load(string? Volume, IReadOnlyList<string> Pools, IReadOnlyList<string> Wanted);

    /// <summary>Volumes that are written to now, for the operator; null where none is.</summary>
    public string? Volumes => _threads.Select(thread => thread.Volume).OfType<string>().ToList() is { Count: > 0 } volumes
        ? string.Join(", ", volumes) : null;

    /// <summary>Volumes of all threads but this.</summary>
    public IReadOnlyList<string> VolumesBeside(DriveThread one) =>
        [.. _threads.Where(thread => thread != one).Select(thread => thread.Claimed).OfType<string>()];

    /// <summary>The thread that has a volume; null where none has.</summary>
    public DriveThread? Find(string volume) => Array.Find(_threads, thread => thread.Claimed == volume);

    /// <summary>What sessions of other pools wait for; null where none waits.</summary>
    public string? Waits => _threads.Select(thread => thread.Waits).FirstOrDefault(waits => waits is not null);

    /// <summary>Bytes that are left on the volumes that are written to now; null where nobody knows.</summary>
    public long? BytesLeft =>
        _threads.Select(thread => thread.BytesLeft).OfType<long>().ToList() is { Count: > 0 } left ? left.Sum() : null;

    public long BytesWritten => _threads.Sum(thread => thread.BytesWritten);

    /// <summary>The thread that a session for this volume goes to, beside the sessions that are here.</summary>
    public DriveThread Choose(VolumeAssignment volume, IReadOnlyCollection<StoreSession> sessions)
    {
        if (_threads is [var only]) return only;
        return _threads[ChooseFor(volume, [.. _threads.Select(thread => LoadOf(thread, sessions))])];
    }

    /// <summary>
    /// Pure: who has the volume, or has been asked for it; else an idle one; else the least busy one that stores for the pool, whose volume
    /// the session then shares; else the least busy one, for whose end it waits.
    /// </summary>
    internal static int ChooseFor(VolumeAssignment volume, IReadOnlyList<Load> threads)
    {
        IEnumerable<int> all = Enumerable.Range(0, threads.Count);
        foreach (int thread in all)
            if (threads[thread].Volume == volume.Volume || threads[thread].Wanted.Contains(volume.Volume)) return thread;
        foreach (int thread in all)
            if (threads[thread].Pools.Count == 0) return thread;
        return all.OrderBy(thread => threads[thread].Pools.Contains(volume.Pool) ? 0 : 1)
            .ThenBy(thread => threads[thread].Pools.Count).First();
    }

    public void Dispose()
    {
        foreach (DriveThread thread in _threads) thread.Dispose();
    }

    private static Load LoadOf(DriveThread thread, IReadOnlyCollection<StoreSession> sessions)
    {
        List<StoreSession> own = [.. sessions.Where(session => session.Drive == thread)];
        return new Load(thread.Claimed, [.. own.Select(session => session.Order.Volume.Pool)],
            [.. own.Where(session => !session.IsOpen).Select(session => session.Order.Volume.Volume)]);
    }
}
