using Backup.Catalog;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Jobs.Jobs;
using Backup.Jobs.Restores;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;

namespace Backup.Actors.Director.Jobs;

/// <summary>Brings the catalog's rows to the pure plan of a restore.</summary>
internal static class RestorePlanning
{
    /// <summary>In one order to a storage node: some 45 bytes each, and the order has to fit into one frame between nodes.</summary>
    private const int SegmentPlacesMax = 4096;

    /// <summary>The sessions and volumes a selection's tree needs. A volume of another storage than the job's is missing there.</summary>
    public static RestorePlanAnswered Plan(ICatalog catalog, RestoreSelection selection, string storage)
    {
        IReadOnlyList<Backup.Catalog.Sessions.NeededSession> needed = catalog.Sessions.NeededBy(selection.SourceJob);
        var volumes = new Dictionary<VolumeLifeId, Backup.Jobs.Restores.VolumeState>();
        foreach (SessionVolume volume in needed.SelectMany(n => n.Volumes)) volumes[volume.Span.Life] = StateOf(catalog, volume, storage);
        RestorePlan plan = RestorePlanner.Plan(
            [.. needed.Select(n => new Backup.Jobs.Restores.NeededSession(n.Job ?? default, n.Need, [.. n.Volumes.Select(v => v.Span)]))],
            [.. volumes.Values]);
        return new RestorePlanAnswered(
            plan.Volumes,
            [.. needed.Where(n => n.Need.Files > 0).Select(n => n.Need.Session)],
            [.. plan.Missing.Select(part => part.ToString())]);
    }

    /// <summary>Sessions with their volumes and the places of their indexes, for the storage node.</summary>
    public static IReadOnlyList<ServableSession> Servable(ICatalog catalog, IReadOnlyList<SessionId> sessions)
    {
        int places = Math.Max(1, SegmentPlacesMax / Math.Max(1, sessions.Count));
        return [.. sessions.Select(session => new ServableSession(
            session, [.. catalog.Sessions.Find(session)?.Volumes.Select(v => v.Span) ?? []], catalog.Sessions.Segments(session, places)))];
    }

    private static Backup.Jobs.Restores.VolumeState StateOf(ICatalog catalog, SessionVolume volume, string storage)
    {
        string at = catalog.Volumes.Find(volume.Span.Life)?.Identity.Storage ?? storage;
        bool readable = volume.State is not (Backup.Catalog.Volumes.VolumeState.Lost or Backup.Catalog.Volumes.VolumeState.Recycled)
            && at == storage;
        string words = at == storage ? $"it is {volume.State}" : $"it is on storage {at}, not on {storage}; choose storage={at}";
        return new(volume.Span.Volume, volume.Span.Life, readable ? VolumeReadability.Readable : VolumeReadability.Lost, words);
    }
}
