using Akka.Actor;
using Akka.Event;
using Backup.Catalog;

namespace Backup.Actors.Director;

/// <summary>Which director this is, and what it does when it hears of a later one.</summary>
public sealed partial class DirectorActor
{
    /// <summary>A later director is known: by the catalog itself, or by a storage; Begun where this one has begun anew above it.</summary>
    private sealed record Overtaken(string Reason, bool Begun);

    /// <summary>The director begins by its epoch: what one before it still has on its way changes nothing any more.</summary>
    private void AskForUnended()
    {
        IActorRef self = Self;
        _parts.Gate.Superseded = reason => self.Tell(new Overtaken(reason, false));
        _parts.Gate.Run(_ => UnendedJobs(_parts.Gate.Begin())).PipeTo(Self, failure: e => new Status.Failure(e));
    }

    /// <summary>The catalog says which director is the present one; a storage only that there was a later one than this.</summary>
    private void Superseded(string storage, long seen)
    {
        string reason = $"storage '{storage}' has obeyed a director of epoch {seen}, this one is of {_parts.Epoch}";
        if (seen > _parts.Epoch)
            _parts.Gate.Run(_ => new Overtaken(reason, _parts.Gate.BeginAbove(seen))).PipeTo(Self, failure: e => new Status.Failure(e));
    }

    private void Overtake(Overtaken overtaken)
    {
        if (overtaken.Begun)
        {
            _log.Warning("{Reason}, and the catalog knows of none: it was restored; this director goes on as epoch {Epoch}",
                overtaken.Reason, _parts.Epoch);
            GoOnWithAll();
            return;
        }
        _log.Error("this director stops, another has followed it: {Reason}", overtaken.Reason);
        Context.Stop(Self);
    }
}
