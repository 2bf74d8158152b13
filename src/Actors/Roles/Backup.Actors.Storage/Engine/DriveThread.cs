using Backup.Actors.Storage.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Volumes.Labels;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// A volume that a session cannot go on with, and why: it is full, or its medium is unfit; IsProtected: for writing alone.
/// </summary>
internal readonly record struct LeftVolume(string Name, string Reason, bool IsUnfit, bool IsProtected = false);

/// <summary>What the drive's thread tells: a session begins, goes on, ends; the next volume is wanted.</summary>
internal interface IDriveListener
{
    void Started(StoreSession session, MountedVolume volume);
    /// <summary>A commit point is durable; the warning is one line for the operator, or null.</summary>
    void Committed(StoreSession session, long block, string? warning);

    /// <summary>The session is over on the drive: sealed, or at its last commit point.</summary>
    void Ended(StoreSession session);

    /// <summary>
    /// Blocks the drive's thread until the director has named a volume for this session, or has said why there is none. A
    /// <see cref="VolumeException"/> says that nobody answered.
    /// </summary>
    VolumeAssigned NextVolume(StoreSession session, LeftVolume left);

    /// <summary>What this thread waits for from now on, for the operator and the jobs on it; null: nothing any more.</summary>
    void Waits(DriveThread drive, DriveWait? wait);

    /// <summary>Called now and then, also when nothing is to be done.</summary>
    void Look();

    /// <summary>The volume is this thread's from now until it lets go of it; false where another thread has it.</summary>
    bool Claim(DriveThread drive, string volume);

    /// <summary>This thread has no volume any more.</summary>
    void Release(DriveThread drive);

    /// <summary>Another thread has the volume that the session was opened for: it is given the session. Null where none has.</summary>
    DriveThread? PassOn(StoreSession session);
}

/// <summary>
/// The one thread that writes to a volume, in a drive that it has for as long. Sessions post work to its bounded queue; it appends their
/// records to the volume, makes commit points when they are due, and goes on to the next volume at the end of a medium. With no session
/// left it puts the volume away.
/// </summary>
internal sealed partial class DriveThread : IDisposable
{
    /// <summary>Sessions of one drive at the same time, those that wait to begin included.</summary>
    public const int SessionsMax = 1024;

    /// <summary>Frames that may wait for the drive: 64 frames of 256 KiB are 16 MiB.</summary>
    private const int WorkMax = 64;

    /// <summary>
    /// Orders that may wait for the drive, besides the frames: an actor that gives one never waits, or the answer that the drive waits for
    /// could not be given either.
    /// </summary>
    private const int OrdersMax = 8 * SessionsMax;

    private static readonly TimeSpan IdlePauseMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);

    private readonly StorageSettings _settings;
    private readonly IDriveListener _listener;
    private readonly DriveLeases _leases;
    private readonly IWorkQueue<DriveWork> _work;
    private readonly IWorkQueue<RecordsWork> _frames;
    private readonly Dictionary<SessionId, StoreSession> _sessions = [];
    private readonly List<StoreSession> _waiting = [];
    private readonly IEngineThread _thread;
    private readonly TimeSpan _idlePause;
    private readonly Fullness _fullness = new();
    private DriveLease? _lease;
    private VolumeWriter? _writer;
    private volatile string? _volume;
    private volatile bool _isStopping;
    private bool _isDirty;
    private long _lastCommit;
    private long _bytesWritten;
    private long _countedOnVolume;
    private long _lastLook;

    /// <summary>Numbers are from 1: how many volumes are written to at the same time.</summary>
    public DriveThread(StorageSettings settings, IDriveListener listener, DriveLeases leases, int number)
    {
        _settings = settings;
        _listener = listener;
        _leases = leases;
        _idlePause = settings.UnclaimedDeadline < IdlePauseMax ? settings.UnclaimedDeadline : IdlePauseMax;
        _work = settings.Threads.Queue<DriveWork>(WorkMax + OrdersMax);
        _frames = settings.Threads.Queue<RecordsWork>(WorkMax);
        _thread = settings.Threads.Start($"drive {settings.Name} {number}", Run);
    }

    /// <summary>The volume in the drive, for the operator; null when it is empty. Any thread.</summary>
    public string? Volume { get => _volume; private set => _volume = value; }

    /// <summary>The volume that is this thread's, be it in the drive or on its way there. Guarded by the listener.</summary>
    public string? Claimed { get; set; }

    /// <summary>What sessions of other pools wait for, for the operator; null where none waits.</summary>
    public string? Waits { get; private set; }

    /// <summary>Bytes this thread has written to volumes, those not committed yet included. Any thread.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    /// <summary>Bytes that are left on the volume in the drive; null where nobody knows. Any thread.</summary>
    public long? BytesLeft => _fullness.Left;

    /// <summary>Records wait for room among the frames, orders never do. What comes after the shutdown is dropped.</summary>
    public void Post(DriveWork work)
    {
        var records = work as RecordsWork;
        bool isTaken = (records is null || _frames.TryAdd(records)) && _work.TryAdd(work);
        if (!isTaken) records?.Frame.Dispose();
    }

    /// <summary>Ends every session at a last commit point and puts the volume away.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _work.Complete();
        _frames.Complete();
        if (!_thread.Join(StopWithin)) return; // A device that hangs holds no process: its volume is cut back at the next mount.
        _work.Dispose();
        _frames.Dispose();
    }

    private void Run()
    {
        while (!_work.IsCompleted)
        {
            if (_work.TryTake(out DriveWork work, Pause())) Guard(work);
            if (_isDirty && _settings.Clock.GetElapsedTime(_lastCommit) >= _settings.CommitEvery) GuardAll(Commit);
            if (_sessions.Count == 0 && _waiting.Count > 0) StartWaiting();
            if (_sessions.Count == 0 && _work.Count == 0) PutAway();
            CountWritten();
            if (_settings.Clock.GetElapsedTime(_lastLook) >= _idlePause) Look();
        }
        foreach (StoreSession session in _sessions.Values.Concat(_waiting).ToList())
            Guard(new AbandonWork(session, "the storage node is shutting down"));
        PutAway();
    }

    private void Look()
    {
        _lastLook = _settings.Clock.GetTimestamp();
        _listener.Look();
    }

    private TimeSpan Pause()
    {
        if (!_isDirty) return _idlePause;
        TimeSpan left = _settings.CommitEvery - _settings.Clock.GetElapsedTime(_lastCommit);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>A fault of one session's records ends that session; a fault of the volume ends all that are on it.</summary>
    private void Guard(DriveWork work)
    {
        try
        {
            Carry(work);
        }
        catch (Exception e) when (e is SequenceException or Backup.Volumes.Records.VolumeFormatException)
        {
            GuardAll(Commit); // what of it is in blocks comes with the next commit point: the catalog is to hear of that one too
            Abandon(work.Session, $"the client's records do not follow: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            LoseVolume(e.Message);
            Abandon(work.Session, e.Message);
        }
    }

    private void GuardAll(Action act)
    {
        try
        {
            act();
        }
        catch (IOException e) // of the volume, or of the outbox
        {
            LoseVolume(e.Message);
        }
    }

    private void Carry(DriveWork work)
    {
        switch (work)
        {
            case StartWork:
                if (!work.Session.HasEnded) Start(work.Session);
                break;
            case RecordsWork records:
                _frames.TryTake(out _, TimeSpan.Zero);
                using (records.Frame)
                    if (_sessions.ContainsKey(records.Session.Id)) Append(records);
                break;
            case SealWork seal:
                if (_sessions.ContainsKey(seal.Session.Id)) Seal(seal);
                break;
            case AbandonWork abandon:
                if (abandon.Session.Drive != this) abandon.Session.Drive.Post(abandon);
                else
                {
                    if (_sessions.ContainsKey(abandon.Session.Id)) Commit();
                    Abandon(abandon.Session, abandon.Reason);
                }
                break;
        }
    }

    private void Start(StoreSession session)
    {
        if (_writer is not null && _writer.VolumeLabel.Life != session.Order.Volume.Life && _sessions.Count == 0) PutAway();
        if (_waiting.Count > 0 || (_writer is not null && _writer.VolumeLabel.Pool != session.Order.Volume.Pool))
        {
            Await(session);
            return;
        }
        if (_writer is null)
        {
            if (_listener.PassOn(session) is { } other)
            {
                other.Post(new StartWork(session));
                return;
            }
            if (!MountFirst(session)) return;
        }
        StoreOutcome outcome = _writer!.StartSession(session.Order.Label, session.Order.Attempt);
        _sessions[session.Id] = session;
        Settle(outcome);
        if (session.HasEnded) return; // the volume was full, and there was no next one for it
        VolumeLabel on = _writer.VolumeLabel;
        _listener.Started(session, new MountedVolume(on.Name, on.Life, on.Pool, on.Storage, on.Labelled, session.TakeCutBack()));
    }

    /// <summary>
    /// The drive stores for another pool: the session begins when that has ended. Whoever comes later waits behind it, so that it is not
    /// passed for ever.
    /// </summary>
    private void Await(StoreSession session)
    {
        _waiting.Add(session);
        Waits = $"{_waiting.Count} waiting while the drive stores for pool {_writer?.VolumeLabel.Pool}";
    }

    private void StartWaiting()
    {
        StoreSession[] sessions = [.. _waiting];
        _waiting.Clear();
        Waits = null;
        foreach (StoreSession session in sessions) Guard(new StartWork(session));
    }

    private void Append(RecordsWork records)
    {
        if (!_isDirty) _lastCommit = _settings.Clock.GetTimestamp();
        _isDirty = true;
        Settle(records.Session.Append(_writer!, records.Frame));
    }

    /// <summary>Ends a session that has not ended yet, be it in hand or not begun.</summary>
    private void Abandon(StoreSession session, string reason)
    {
        if (session.HasEnded) return;
        _sessions.Remove(session.Id);
        _waiting.Remove(session);
        if (_waiting.Count == 0) Waits = null;
        session.Abandon(reason);
        _listener.Ended(session);
    }
}
