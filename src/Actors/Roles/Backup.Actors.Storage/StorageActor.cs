using Akka.Actor;
using Akka.Event;
using Backup.Actors.Storage.Engine;
using Backup.Cluster.Telemetry;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage;

/// <summary>
/// One storage in the cluster: hands the director's orders to the engine and tells the director what the engine says. Holds nothing of its
/// own, so that it can be made anew at any time while the engine goes on.
/// </summary>
public sealed class StorageActor : ReceiveActor
{
    private readonly StorageEngine _engine;
    private readonly ICanTell _director;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public StorageActor(StorageEngine engine, ICanTell director)
    {
        _engine = engine;
        _director = director;
        Receive<OpenStoreSession>(_engine.Take);
        Receive<CloseStoreSession>(_engine.Take);
        Receive<VolumeAssigned>(_engine.Take);
        Receive<OpenServe>(_engine.Take);
        Receive<CloseServe>(_engine.Take);
        Receive<StorageStatusWanted>(_ => Sender.Tell(_engine.Status with { Memory = ProcessMemory.Read() }));
        Receive<Said>(said => Pass(said.What));
    }

    /// <summary>Something the engine said, on its way from the engine's thread to the director.</summary>
    private sealed record Said(object What) : INoSerializationVerificationNeeded;

    public static Props Props(StorageEngine engine, ICanTell director) => Akka.Actor.Props.Create(() => new StorageActor(engine, director));

    protected override void PreStart()
    {
        IActorRef self = Self;
        _engine.Attach(what => self.Tell(new Said(what)));
    }

    protected override void PostStop() => _engine.Attach(null);

    private void Pass(object what)
    {
        if (what is StoreSessionEnded { Failure: { } failure } ended)
            _log.Warning("session {SessionId} ended: {Reason}", ended.Session, failure);
        _director.Tell(what, Self);
    }
}
