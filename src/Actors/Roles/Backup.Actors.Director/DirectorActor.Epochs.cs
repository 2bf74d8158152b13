using Akka.Actor;
using Backup.Catalog;

namespace Backup.Actors.Director;

/// <summary>What a director does when a storage has obeyed a later one.</summary>
public sealed partial class DirectorActor
{
    private bool _isOvertaken;

    /// <summary>A storage has obeyed a director of a later epoch than this one's; the catalog has been asked about it.</summary>
    private sealed record Overtaken(string Reason);

    /// <summary>
    /// The catalog says which director is the present one. Where it knows of none later than this it was restored or rebuilt: epochs are
    /// taken above the one seen from now on. In both cases this director ends, and its host makes the next.
    /// </summary>
    private void Superseded(string storage, long seen)
    {
        if (seen <= _parts.Epoch || _isOvertaken) return;
        _isOvertaken = true;
        long mine = _parts.Epoch;
        string reason = $"storage '{storage}' has obeyed a director of epoch {seen}, this one is of {mine}";
        _parts.Gate.Run(catalog => Outlive(catalog, mine, seen) ? $"{reason}; the catalog knows of none and was restored" : reason)
            .PipeTo(Self, success: line => new Overtaken(line), failure: e => new Status.Failure(e));
    }

    private static bool Outlive(ICatalog catalog, long mine, long seen)
    {
        if (catalog.Epochs.Current > mine) return false;
        catalog.Epochs.KeepAbove(seen);
        return true;
    }
}
