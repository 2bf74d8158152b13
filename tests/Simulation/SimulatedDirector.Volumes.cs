using Backup.Actors.Director.Media;
using Backup.Configuration.Resources;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Tests.Simulation;

/// <summary>The director's choice of volumes, with what its actor of media remembers beside the catalog.</summary>
internal sealed partial class SimulatedDirector
{
    private VolumeAssignment? _promised;
    private readonly HashSet<string> _unusable = [];
    private IReadOnlyList<string> _full = [];

    private void NextVolume(VolumeWanted wanted)
    {
        if (!_sessions.TryGetValue(wanted.Session, out JobId job)) return; // it is said again
        VolumeAnswer answer = Choose(job, wanted.Full, wanted.Busy, wanted.IsUnfit ? wanted.Reason : null);
        Send(job, new VolumeAssigned(wanted.Session, answer.Volume, answer.Reason));
    }

    private VolumeAnswer Choose(JobId job, string? full, IReadOnlyList<string>? busy = null, string? whyUnfit = null)
    {
        PoolResource pool = _parts.Configuration.Pools["pool"];
        var need = new VolumeNeeded(job, "storage", "pool", full, busy, whyUnfit);
        if (whyUnfit is not null) _unusable.Add(full!);
        VolumeChoosing.MarkUnfit(Catalog, need);
        _full = VolumeChoosing.MarkFull(Catalog, full is null || whyUnfit is not null ? _full : [.. _full.Where(name => name != full), full]);
        VolumeAnswer answer = VolumeChoosing.Choose(Catalog, need, pool, new Taken(_promised, [.. _unusable]) { Full = _full }, _parts);
        if (answer.Volume is { IsNew: true } promised) _promised = promised;
        return answer;
    }

    private void Reserve(JobRun run, ReserveVolume reserve)
    {
        VolumeAnswer answer = Choose(reserve.Job, null);
        run.Volume = answer.Volume;
        Tell(reserve.Job, answer.Volume is { } volume
            ? new VolumeReserved(volume.Volume)
            : new VolumeRefused(answer.Reason, answer.MayCome));
    }
}
