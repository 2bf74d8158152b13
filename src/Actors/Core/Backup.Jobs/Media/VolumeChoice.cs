using System.Globalization;
using System.Text.RegularExpressions;
using Backup.Configuration.Variables;

namespace Backup.Jobs.Media;

/// <summary>A volume of the pool that the catalog calls appendable, with what was written to it so far. InUse: another drive writes to it
/// now, and it cannot be had. Jobs: how many write to it, and could be joined.</summary>
public sealed record AppendableVolume(string Name, long Bytes, bool InUse = false, int Jobs = 0);

/// <summary>
/// What the choice is made from. Appendable rows come in the order of preference (the catalog's: last written first). Names are those of
/// every volume of the installation, whatever its pool and state; PoolVolumes is how many the pool has. Limits of 0 mean none.
/// </summary>
public sealed record VolumeWanted(
    string Pool,
    string LabelFormat,
    long VolumeBytesMax,
    int VolumesMax,
    bool LabelAutomatically,
    IReadOnlyList<AppendableVolume> Appendable,
    int PoolVolumes,
    IReadOnlySet<string> Names)
{
    /// <summary>Jobs that are to share a volume while there is another for a further one; 0: as many as come.</summary>
    public int JobsPerVolume { get; init; }

    /// <summary>Volumes that can be written to at the same time.</summary>
    public int VolumesAtOnce { get; init; } = 1;

    /// <summary>The bar codes of the storage's library: what volumes are named after. Null: it has no library.</summary>
    public IReadOnlyList<string>? Cartridges { get; init; }
}

/// <summary>What a job writes to.</summary>
public abstract record VolumeChoice
{
    private VolumeChoice()
    {
    }

    /// <summary>Go on behind the data of this volume.</summary>
    public sealed record Append(string Volume) : VolumeChoice;

    /// <summary>Label a new volume of this name and begin it.</summary>
    public sealed record Label(string Volume) : VolumeChoice;

    /// <summary>Label a new volume, its name drawn from counters: <see cref="VolumeChooser.NameFrom"/>.</summary>
    public sealed record Draw(LabelTemplate Format) : VolumeChoice;

    /// <summary>None now, and why; MayCome where a job's end or an operator can change that.</summary>
    public sealed record Refuse(string Reason, bool MayCome) : VolumeChoice;
}

/// <summary>Chooses the volume to append to in a pool. Pure.</summary>
public static partial class VolumeChooser
{
    /// <summary>The most volumes of one label format: what its counter may count to.</summary>
    private const int CounterMax = 9_999_999;

    /// <summary>Names drawn for one volume that others bear already, before the pool is said to have none.</summary>
    private const int DrawsMax = 1000;

    public static VolumeChoice Choose(VolumeWanted wanted)
    {
        long most = wanted.VolumeBytesMax == 0 ? long.MaxValue : wanted.VolumeBytesMax;
        List<AppendableVolume> roomy = [.. wanted.Appendable.Where(volume => volume.Bytes < most && IsHere(volume, wanted))];
        List<AppendableVolume> free = [.. roomy.Where(volume => !volume.InUse)];
        bool HasRoomForAJob(AppendableVolume volume) => wanted.JobsPerVolume == 0 || volume.Jobs < wanted.JobsPerVolume;
        if (free.Find(HasRoomForAJob) is { } first) return new VolumeChoice.Append(first.Name);
        bool full = wanted.VolumesMax > 0 && wanted.PoolVolumes >= wanted.VolumesMax;
        bool isAnotherOfUse = free.Count == 0 || free.Count(volume => volume.Jobs > 0) < wanted.VolumesAtOnce;
        VolumeChoice? named = wanted.LabelAutomatically && !full && isAnotherOfUse ? NewLabel(wanted) : null;
        if (named is VolumeChoice.Label or VolumeChoice.Draw || (named is not null && free.Count == 0)) return named;
        if (free.MinBy(volume => volume.Jobs) is { } leastShared) return new VolumeChoice.Append(leastShared.Name);
        if (roomy.Count > 0) return new VolumeChoice.Refuse($"pool {wanted.Pool}: volume {roomy[0].Name} is in use by another job",
            MayCome: true);
        return full
            ? new VolumeChoice.Refuse($"pool {wanted.Pool}: none of its {wanted.PoolVolumes} volumes can be appended to"
                + $" and volumes-max is {wanted.VolumesMax}; raise volumes-max or free a volume", MayCome: true)
            : new VolumeChoice.Refuse($"pool {wanted.Pool}: no volume can be appended to; label one, or set label-automatically = yes",
                MayCome: true);
    }

    private static bool IsHere(AppendableVolume volume, VolumeWanted wanted) => wanted.Cartridges?.Contains(volume.Name) ?? true;

    /// <summary>The name a label format gives to the volume of a number; a number longer than the counter's width is written
    /// whole.</summary>
    public static string NameOf(string labelFormat, int number)
    {
        Match counter = Counter().Match(labelFormat);
        if (!counter.Success) throw new FormatException($"label format '{labelFormat}' has no counter like {{0001}}");
        string digits = number.ToString(CultureInfo.InvariantCulture).PadLeft(counter.Length - 2, '0');
        return labelFormat[..counter.Index] + digits + labelFormat[(counter.Index + counter.Length)..];
    }

    /// <summary>The first name drawn that no volume bears. A counter that began anew gives names again, which are passed over.</summary>
    public static VolumeChoice NameFrom(LabelTemplate format, VolumeWanted wanted, Func<string, long> draw)
    {
        for (int tried = 0; tried < DrawsMax; tried++)
        {
            string name = format.Name(draw);
            if (!wanted.Names.Contains(name)) return new VolumeChoice.Label(name);
        }
        return new VolumeChoice.Refuse($"pool {wanted.Pool}: {DrawsMax} names in turn of label-format '{wanted.LabelFormat}' are borne by"
            + " volumes already; raise the maximum of its counter", MayCome: true);
    }

    /// <summary>One more than the highest number in use, so that a name never comes back for another volume while a later one is
    /// known.</summary>
    private static VolumeChoice NewLabel(VolumeWanted wanted)
    {
        if (wanted.Cartridges is { } cartridges)
            return cartridges.FirstOrDefault(cartridge => !wanted.Names.Contains(cartridge)) is { } unknown
                ? new VolumeChoice.Label(unknown)
                : new VolumeChoice.Refuse($"pool {wanted.Pool}: none of the {cartridges.Count} cartridges in the library can be written "
                    + "to; put a blank one in", MayCome: true);
        if (LabelTemplate.IsOne(wanted.LabelFormat)) return new VolumeChoice.Draw(LabelTemplate.Parse(wanted.LabelFormat));
        Match counter = Counter().Match(wanted.LabelFormat);
        if (!counter.Success)
            return new VolumeChoice.Refuse($"pool {wanted.Pool}: label-format '{wanted.LabelFormat}' has no counter like {{0001}}",
                MayCome: false);
        string before = wanted.LabelFormat[..counter.Index], after = wanted.LabelFormat[(counter.Index + counter.Length)..];
        int highest = wanted.Names.Select(name => NumberIn(name, before, after)).DefaultIfEmpty(0).Max();
        return highest >= CounterMax
            ? new VolumeChoice.Refuse($"pool {wanted.Pool}: the counter of label-format '{wanted.LabelFormat}' has reached {CounterMax}",
                MayCome: false)
            : new VolumeChoice.Label(NameOf(wanted.LabelFormat, highest + 1));
    }

    private static int NumberIn(string name, string before, string after) =>
        name.Length > before.Length + after.Length
        && name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(after, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(before.Length, name.Length - before.Length - after.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out int number)
            ? number
            : 0;

    [GeneratedRegex(@"\{0*1\}", RegexOptions.CultureInvariant)]
    private static partial Regex Counter();
}
