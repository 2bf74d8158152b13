using System.Globalization;
using System.Text.RegularExpressions;
using Backup.Configuration.Variables;

namespace Backup.Jobs.Media;

/// <summary>A volume of the pool that the catalog calls appendable, with what was written to it so far. InUse: another job writes to it
/// now.</summary>
public sealed record AppendableVolume(string Name, long Bytes, bool InUse = false);

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
    IReadOnlySet<string> Names);

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
        List<AppendableVolume> roomy = [.. wanted.Appendable.Where(volume => volume.Bytes < most)];
        if (roomy.Find(volume => !volume.InUse) is { } free) return new VolumeChoice.Append(free.Name);
        bool full = wanted.VolumesMax > 0 && wanted.PoolVolumes >= wanted.VolumesMax;
        if (wanted.LabelAutomatically && !full) return NewLabel(wanted);
        if (roomy.Count > 0) return new VolumeChoice.Refuse($"pool {wanted.Pool}: volume {roomy[0].Name} is in use by another job",
            MayCome: true);
        return full
            ? new VolumeChoice.Refuse($"pool {wanted.Pool}: none of its {wanted.PoolVolumes} volumes can be appended to"
                + $" and volumes-max is {wanted.VolumesMax}; raise volumes-max or free a volume", MayCome: true)
            : new VolumeChoice.Refuse($"pool {wanted.Pool}: no volume can be appended to; label one, or set label-automatically = yes",
                MayCome: true);
    }

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
