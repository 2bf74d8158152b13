using Backup.Actors.Storage.Outbox;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// What a session owes the director, from its first commit point until the director has taken its end: its log, and who carries it.
/// </summary>
internal sealed class Delivery
{
    private readonly StorageSettings _settings;
    private readonly OutboxRoom _room;
    private long _claimed;
    private volatile bool _isOver;
    private volatile string? _closeReason;
    private int _isTold;

    /// <summary>Done is called once all is delivered or refused, from the forwarder's thread.</summary>
    public Delivery(
        StorageSettings settings, OutboxLog log, OutboxRoom room, Func<ChannelOffer, IBulkChannel> dial, Action<Delivery> done)
    {
        (_settings, _room) = (settings, room);
        Log = log;
        Claim();
        Forwarder = new CatalogueForwarder(settings, log, dial, refusal =>
        {
            Refusal = refusal;
            _isOver = true; // the refusal is written before: who sees that it is over sees why
            done(this);
        });
        Forwarder.Start();
    }

    public SessionId Session => Log.Head.Session;
    public OutboxLog Log { get; }
    public CatalogueForwarder Forwarder { get; }

    /// <summary>Why the catalog will not take it; forwarder's thread.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The forwarder has ended its work.</summary>
    public bool IsOver => _isOver;

    /// <summary>The end that is said until it is taken; null before all is delivered.</summary>
    public StoreSessionEnded? End
    {
        get
        {
            if (!IsOver || Log.Ended is not { } ended) return null;
            ended = ended with { Stages = [.. ended.Stages, new StageTime("catalog", Forwarder.Worked.TotalSeconds)] };
            return Refusal is null ? ended : ended with { Stored = null, Failure = ended.Failure ?? Refusal };
        }
    }

    /// <summary>True once: for the first of drive and forwarder that sees the end.</summary>
    public bool TryTell([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StoreSessionEnded? end) =>
        (end = End) is not null && Interlocked.Exchange(ref _isTold, 1) == 0;

    /// <summary>The director wants the session to end, and why; null before.</summary>
    public string? CloseReason { get => _closeReason; set => _closeReason = value; }

    /// <summary>
    /// Drive's thread: appends a commit point or the end record, and waits for the outbox where it must. False where the session was closed
    /// meanwhile and the disk does not take it; an <see cref="IOException"/> says that the outbox could not be written up to the deadline.
    /// </summary>
    public bool TryAppend(bool isBounded, Action append)
    {
        if (!_room.TryAppend(Session, isBounded, append, () => CloseReason is not null)) return false;
        Forwarder.Wake();
        return true;
    }

    /// <summary>
    /// Drive's thread: the session is over there. An end that the outbox cannot take is said all the same, as a failure, behind what the
    /// outbox has: the process alone knows it. Only an end that says that all is stored is waited for.
    /// </summary>
    public void Close(StoreSessionEnded ended)
    {
        try
        {
            if (ended.Stored is null) Log.Append(ended);
            else if (!TryAppend(isBounded: false, () => Log.Append(ended))) EndUnwritten(ended, CloseReason!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            EndUnwritten(ended, $"the outbox cannot be written: {e.Message}");
        }
        Forwarder.Wake();
    }

    private void EndUnwritten(StoreSessionEnded ended, string reason) =>
        Log.EndUnwritten(ended with { Stored = null, Failure = ended.Failure ?? reason });

    /// <summary>A director has said that the session is a job's of its own.</summary>
    public void Claim() => Interlocked.Exchange(ref _claimed, _settings.Clock.GetTimestamp());

    /// <summary>How long no director has said so.</summary>
    public TimeSpan Unclaimed => _settings.Clock.GetElapsedTime(Interlocked.Read(ref _claimed));
}
