using Akka.Actor;
using Akka.Event;
using Backup.Actors.Storage.Engine;
using Backup.Cluster.Membership;
using Backup.Cluster.Telemetry;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage;

/// <summary>
/// One storage in the cluster: hands the director's orders to the engine and tells the director what the engine says. Holds nothing of its
/// own, so that it can be made anew at any time while the engine goes on.
/// </summary>
public sealed class StorageActor : ReceiveActor, IWithTimers
{
    /// <summary>Between two announcements of what is here: a director that was started again waits no longer for them.</summary>
    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromSeconds(5);

    private readonly StorageEngine _engine;
    private readonly ICanTell _director;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private string? _refusal;

    /// <summary>Failed sessions whose line is in the log: their ends are said again until they are taken.</summary>
    private readonly HashSet<SessionId> _toldOf = [];

    public StorageActor(StorageEngine engine, ICanTell director)
    {
        _engine = engine;
        _director = director;
        Receive<IStorageOrder>(order =>
        {
            if (MemberNames.IsProven(Context.System, Sender) == false) return; // its member is being removed, and the log says why
            if (order is SessionEndTaken taken) _toldOf.Remove(taken.Session);
            _engine.Take(order);
        });
        Receive<AnnounceNow>(_ => _engine.Announce());
        Receive<StorageUnknown>(unknown => Refused(unknown.Reason));
        Receive<StorageStatusWanted>(_ => Sender.Tell(_engine.Status with { Memory = ProcessMemory.Read() }));
        Receive<Said>(said => Pass(said.What));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private sealed record AnnounceNow : INoSerializationVerificationNeeded;

    /// <summary>Something the engine said, on its way from the engine's thread to the director.</summary>
    private sealed record Said(object What) : INoSerializationVerificationNeeded;

    public static Props Props(StorageEngine engine, ICanTell director) => Akka.Actor.Props.Create(() => new StorageActor(engine, director));

    protected override void PreStart()
    {
        IActorRef self = Self;
        _engine.Attach(what => self.Tell(new Said(what)));
        Timers.StartPeriodicTimer(nameof(AnnounceNow), new AnnounceNow(), AnnounceEvery);
    }

    protected override void PostStop() => _engine.Attach(null);

    /// <summary>The director says so at each announcement; the log says it when it is new.</summary>
    private void Refused(string reason)
    {
        if (reason == _refusal) return;
        _refusal = reason;
        _log.Error("the director does not take this storage: {0}", reason);
    }

    private void Pass(object what)
    {
        if (what is StoreSessionEnded { Failure: { } failure } ended && _toldOf.Add(ended.Session))
            _log.Warning("session {SessionId} ended: {Reason}", ended.Session, failure);
        if (what is StoreSessionOpened { Volume.CutBack: { } torn }) _log.Warning("{Reason}", torn);
        if (what is SessionCommitted { CutBack: { } tornToo }) _log.Warning("{Reason}", tornToo);
        if (what is EpochRefused refused)
            _log.Warning("an order of a director of epoch {Epoch} was refused: one of epoch {Seen} has followed it", refused.Epoch,
                refused.Seen);
        if (what is DriveNote note) _log.Warning("{0}", note.Line);
        else _director.Tell(what, Self);
    }
}
