using Backup.Catalog;
using Backup.Catalog.Volumes;
using Backup.Configuration.Resources;
using Backup.Configuration.Variables;
using Backup.Jobs.Media;
using Backup.Messages.Ids;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Media;

/// <summary>What the catalog does not know: the new volume promised to other jobs, and names of media that could not be used.</summary>
internal sealed record Taken(VolumeAssignment? Promised, IReadOnlyList<string> Unusable);

/// <summary>Brings the catalog's rows to the pure choice of a volume, and its choice to an assignment.</summary>
internal static class VolumeChoosing
{
    /// <summary>A volume promised to another job, whose label is not in the catalog yet, is shared rather than named again.</summary>
    public static VolumeAnswer Choose(ICatalog catalog, VolumeNeeded need, PoolResource pool,
        Taken taken, DirectorParts parts)
    {
        if (need.Except is { } full && catalog.Volumes.Find(full) is { State: VolumeState.Append } row)
            catalog.Volumes.Update(row.Identity.Life, new VolumeChange(VolumeState.Full, "written to its end"));
        if (taken.Promised is { } promised && promised.Volume != need.Except && !taken.Unusable.Contains(promised.Volume)
            && catalog.Volumes.Find(promised.Volume) is null)
            return new VolumeAnswer(promised, "", true);
        long capacity = Capacity(pool, need.Storage, parts);
        IReadOnlyList<VolumeRow> all = catalog.Volumes.List(new VolumeFilter(Limit: VolumeFilter.LimitMax));
        var wanted = new Backup.Jobs.Media.VolumeWanted(
            need.Pool, pool.LabelFormat, capacity, pool.VolumesMax, pool.LabelAutomatically,
            [.. all.Where(v => IsAppendable(v, need)).OrderByDescending(v => v.LastWritten)
                .Select(v => new AppendableVolume(v.Identity.Name, v.Bytes))],
            all.Count(v => v.Identity.Pool == need.Pool),
            new HashSet<string>(
                [.. all.Select(v => v.Identity.Name), taken.Promised?.Volume ?? "", need.Except ?? "", .. taken.Unusable],
                StringComparer.Ordinal));
        VolumeChoice choice = VolumeChooser.Choose(wanted);
        if (choice is VolumeChoice.Draw draw) choice = Named(catalog, draw.Format, wanted, parts);
        return choice switch
        {
            VolumeChoice.Append append => new VolumeAnswer(Known(all.First(v => v.Identity.Name == append.Volume), capacity), "", true),
            VolumeChoice.Label label => new VolumeAnswer(
                new VolumeAssignment(label.Volume, new VolumeLifeId(parts.Entropy.NewGuid()), true, need.Pool, capacity), "", true),
            VolumeChoice.Refuse refuse => new VolumeAnswer(null, refuse.Reason, refuse.MayCome),
            var other => throw new System.Diagnostics.UnreachableException($"{other} is no choice of a volume"),
        };
    }

    /// <summary>A number is kept before its name is used: what is drawn and not used is never drawn again.</summary>
    private static VolumeChoice Named(ICatalog catalog, LabelTemplate format, Backup.Jobs.Media.VolumeWanted wanted, DirectorParts parts)
    {
        IReadOnlyDictionary<string, CounterResource> counters = parts.Configuration.Counters;
        if (format.Counters.FirstOrDefault(name => !counters.ContainsKey(name)) is { } gone)
            return new VolumeChoice.Refuse($"pool {wanted.Pool}: there is no Counter {gone} any more", MayCome: true);
        return VolumeChooser.NameFrom(
            format, wanted, name => catalog.Counters.Draw(CounterChain.Of(name, counters), Instant.Now(parts.Clock)));
    }

    private static bool IsAppendable(VolumeRow volume, VolumeNeeded need) =>
        volume.State == VolumeState.Append && volume.Identity.Pool == need.Pool && volume.Identity.Storage == need.Storage
            && volume.Identity.Name != need.Except;

    private static VolumeAssignment Known(VolumeRow volume, long capacity) =>
        new(volume.Identity.Name, volume.Identity.Life, false, volume.Identity.Pool, capacity);

    private static long Capacity(PoolResource pool, string storage, DirectorParts parts) =>
        pool.VolumeBytesMax > 0 ? pool.VolumeBytesMax
        : parts.Live.FindStorage(storage)?.VolumeBytes ?? 0;
}
