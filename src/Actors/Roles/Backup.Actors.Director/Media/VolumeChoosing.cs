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
internal sealed record Taken(VolumeAssignment? Promised, IReadOnlyList<string> Unusable)
{
    /// <summary>Full volumes of which the catalog has not heard at all.</summary>
    public IReadOnlyList<string> Full { get; init; } = [];

    /// <summary>The cartridges of the storage's library; null where it has none.</summary>
    public IReadOnlyList<string>? Cartridges { get; init; }

    /// <summary>New volumes that jobs of other pools were promised.</summary>
    public IReadOnlyList<string> OfOthers { get; init; } = [];

    /// <summary>How many other jobs write to a volume.</summary>
    public IReadOnlyDictionary<string, int> Jobs { get; init; } = new Dictionary<string, int>();
}

/// <summary>Brings the catalog's rows to the pure choice of a volume, and its choice to an assignment.</summary>
internal static class VolumeChoosing
{
    /// <summary>A volume whose medium turned out not to be it is not written to again before the operator has seen to it.</summary>
    public static void MarkUnfit(ICatalog catalog, VolumeNeeded need)
    {
        if (need is { WhyUnfit: { } why, Except: { } name }
            && catalog.Volumes.Find(name) is { State: VolumeState.Append or VolumeState.Full } row)
            catalog.Volumes.Update(
                row.Identity.Life, new VolumeChange(need.IsProtected ? VolumeState.ReadOnly : VolumeState.Error, why));
    }

    /// <summary>Says of volumes that they are full; answers those that the catalog does not know yet.</summary>
    public static IReadOnlyList<string> MarkFull(ICatalog catalog, IEnumerable<string> full)
    {
        var unknown = new List<string>();
        foreach (string name in full)
            if (catalog.Volumes.Find(name) is not { } row) unknown.Add(name);
            else if (row.State == VolumeState.Append)
                catalog.Volumes.Update(row.Identity.Life, new VolumeChange(VolumeState.Full, "written to its end"));
        return unknown;
    }

    /// <summary>A volume promised to another job, whose label is not in the catalog yet, is shared rather than named again.</summary>
    public static VolumeAnswer Choose(ICatalog catalog, VolumeNeeded need, PoolResource pool,
        Taken taken, DirectorParts parts)
    {
        StorageResource? storage = parts.Live.FindStorage(need.Storage);
        if (storage?.Library is not null && taken.Cartridges is null)
            return new VolumeAnswer(null, $"storage {need.Storage} has not said yet which cartridges it has", MayCome: true);
        IReadOnlyList<string> busy = need.Busy ?? [];
        int jobsPerVolume = storage?.JobsPerVolume ?? 0;
        if (taken.Promised is { } promised && promised.Volume != need.Except && !taken.Unusable.Contains(promised.Volume)
            && !taken.Full.Contains(promised.Volume) && !busy.Contains(promised.Volume)
            && (jobsPerVolume == 0 || taken.Jobs.GetValueOrDefault(promised.Volume) < jobsPerVolume)
            && catalog.Volumes.Find(promised.Volume) is null)
            return new VolumeAnswer(promised, "", true);
        long capacity = taken.Cartridges is null ? Capacity(pool, need.Storage, parts) : 0; // a cartridge has its own
        IReadOnlyList<VolumeRow> all = catalog.Volumes.List(new VolumeFilter(Limit: VolumeFilter.LimitMax));
        var wanted = new Backup.Jobs.Media.VolumeWanted(
            need.Pool, pool.LabelFormat, capacity, pool.VolumesMax, pool.LabelAutomatically,
            [.. all.Where(v => IsAppendable(v, need)).OrderByDescending(v => v.LastWritten)
                .Select(v => new AppendableVolume(
                    v.Identity.Name, v.Bytes, busy.Contains(v.Identity.Name), taken.Jobs.GetValueOrDefault(v.Identity.Name)))],
            all.Count(v => v.Identity.Pool == need.Pool),
            new HashSet<string>(
                [.. all.Select(v => v.Identity.Name), taken.Promised?.Volume ?? "", need.Except ?? "", .. taken.Unusable, .. taken.Full,
                    .. taken.OfOthers, .. busy],
                StringComparer.Ordinal))
        {
            JobsPerVolume = jobsPerVolume, VolumesAtOnce = storage?.Drives ?? 1, Cartridges = taken.Cartridges,
        };
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
        new(volume.Identity.Name, volume.Identity.Life, false, volume.Identity.Pool, capacity, volume.Blocks);

    private static long Capacity(PoolResource pool, string storage, DirectorParts parts) =>
        pool.VolumeBytesMax > 0 ? pool.VolumeBytesMax
        : parts.Live.FindStorage(storage)?.VolumeBytes ?? 0;
}
