using Akka.Actor;
using Akka.Event;

namespace Backup.Actors.Director.Configurations;

/// <summary>
/// The one writer of the configuration in force: one change at a time, the catalog before the memory, so that a director that dies between
/// them starts with what the catalog says.
/// </summary>
internal sealed class ConfigurationActor : ReceiveActor, IWithUnboundedStash
{
    private readonly DirectorParts _parts;
    private readonly ConfigurationChanges _changes;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public ConfigurationActor(DirectorParts parts)
    {
        _parts = parts;
        _changes = new ConfigurationChanges(parts);
        Ready();
    }

    public IStash Stash { get; set; } = null!;

    public static Props Props(DirectorParts parts) => Akka.Actor.Props.Create(() => new ConfigurationActor(parts));

    private sealed record Changed(ConfigurationChange Change, string What, IActorRef Asker);

    /// <summary>A director that takes over reads no files: it goes on with what is in force.</summary>
    protected override void PreStart() => Change("take over", _changes.Refresh, ActorRefs.Nobody);

    private void Ready()
    {
        Receive<ReloadWanted>(wanted => Change($"reload by {wanted.User}", catalog => _changes.Reload(catalog, wanted), Sender));
        Receive<RollbackWanted>(wanted =>
            Change($"rollback to {wanted.Version} by {wanted.User}", catalog => _changes.Rollback(catalog, wanted), Sender));
    }

    private void Changing()
    {
        Receive<Changed>(done =>
        {
            Take(done);
            Become(Ready);
            Stash.UnstashAll();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Change(string what, Func<Backup.Catalog.ICatalog, ConfigurationChange> change, IActorRef asker)
    {
        Become(Changing);
        _parts.Gate.Run(change).PipeTo(
            Self,
            success: done => new Changed(done, what, asker),
            failure: e =>
                new Changed(new ConfigurationChange(null, new ConfigurationRefused([e.GetBaseException().Message])), what, asker));
    }

    private void Take(Changed done)
    {
        if (done.Change.InForce is { } next)
        {
            _parts.Live.Replace(next);
            Context.Parent.Tell(new ConfigurationChanged(next.Version));
            Context.System.EventStream.Publish(new ConfigurationChanged(next.Version));
        }
        _log.Info("{0}: {1}", done.What, done.Change.Answer switch
        {
            ConfigurationTaken taken => $"configuration {taken.Version} in force, {taken.Changes.Count} changes",
            ConfigurationUnchanged same => $"configuration {same.Version} stays in force",
            ConfigurationRefused refused => $"refused: {refused.Reasons[0]}",
            var other => throw new System.Diagnostics.UnreachableException($"{other.GetType().Name} is no answer"),
        });
        done.Asker.Tell(done.Change.Answer);
    }
}
