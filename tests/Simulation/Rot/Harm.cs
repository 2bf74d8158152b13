using Backup.Devices.Drives.Disk;

namespace Backup.Tests.Simulation.Rot;

/// <summary>
/// What was done to one volume: places in which something is wrong, and the place from which on there is nothing. Words tell it for who
/// wants to see it again.
/// </summary>
internal sealed class Harm(VolumeTruth volume)
{
    private readonly List<string> _words = [];

    public VolumeTruth Volume => volume;
    public HashSet<int> Bad { get; } = [];

    /// <summary>Bits that flipped in the label block.</summary>
    public int InLabel { get; private set; }

    /// <summary>Places from here on are gone.</summary>
    public int End { get; private set; } = volume.Places.Length;

    public bool IsCut => End < volume.Places.Length;
    public string Words => $"{volume.Name}: {string.Join(", ", _words)}";

    /// <summary>Where the data end: before the tail of a cartridge that was torn.</summary>
    private int DataEnd
    {
        get
        {
            int end = End;
            while (IsFramed && end > 0 && Bad.Contains(end - 1)) end--;
            return end;
        }
    }

    private bool EndsBehindMark => DataEnd > 0 && volume.Places[DataEnd - 1] is null && !Bad.Contains(DataEnd - 1);

    /// <summary>The volume ends like one that was never written on behind a filemark: nothing on it can tell.</summary>
    public bool LooksWhole =>
        DataEnd < volume.Places.Length && (DataEnd == 0 || EndsBehindMark) && !Bad.Any(place => place < DataEnd);

    /// <summary>What lay behind a cut behind a filemark the volume does not know of: a restore that misses it says so.</summary>
    public bool CanBeNamed(Lying lost) => lost.Last < DataEnd || !EndsBehindMark;

    /// <summary>A place of a cartridge that is harmed and behind which nothing whole follows: the data end before it.</summary>
    public bool IsTornTail(int place) => IsFramed && Enumerable.Range(place, End - place).All(Bad.Contains);

    /// <summary>The medium keeps places in frames, and what is no frame is no place.</summary>
    public bool IsFramed { get; init; }

    public void Flip(int place, string words, bool isUsed = true)
    {
        _words.Add(words);
        if (isUsed) Bad.Add(place);
        if (place == 0) InLabel++;
    }

    public void Cut(int end, string words)
    {
        _words.Add(words);
        End = Math.Min(End, end);
        Bad.RemoveWhere(place => place >= end);
    }

    public bool Hit(int first, int last)
    {
        if (last >= End) return true;
        for (int place = first; place <= last; place++)
            if (Bad.Contains(place)) return true;
        return false;
    }

    public bool Hit(Lying record) => Hit(record.First, record.Last);

    /// <summary>The filemark at a place is there and can be told as one.</summary>
    public bool HasMark(int place) => !Hit(place, place);
}

/// <summary>One volume as bytes of its medium, to be harmed and made whole again.</summary>
internal interface IMedium
{
    VolumeTruth Volume { get; }

    bool IsFramed { get; }

    /// <summary>Bits that can flip, filler and all.</summary>
    long Bits { get; }

    void Flip(long bit, Harm harm);

    /// <summary>Cuts at a byte.</summary>
    void Cut(long at, Harm harm);

    void Heal();
}

/// <summary>A medium in memory: blocks without filler, as a tape has them.</summary>
internal sealed class MemoryMedium(VolumeTruth volume, List<byte[]?> places) : IMedium
{
    public VolumeTruth Volume => volume;
    public bool IsFramed => false;
    public long Bits { get; } = volume.Places.Sum(block => (long)(block?.Length ?? 0)) * 8;

    public void Flip(long bit, Harm harm)
    {
        (int place, int at) = Find(bit / 8);
        if (place >= places.Count || places[place] is not { } block || at >= block.Length) return; // cut off before
        byte[] changed = [.. block];
        changed[at] ^= (byte)(1 << (int)(bit % 8));
        places[place] = changed;
        harm.Flip(place, $"bit {bit % 8} of byte {at} of block {place}");
    }

    public void Cut(long at, Harm harm)
    {
        (int place, int within) = Find(at);
        if (place >= places.Count) return;
        byte[]? last = within > 0 && places[place] is { } block ? block[..Math.Min(within, block.Length)] : null;
        places.RemoveRange(place, places.Count - place);
        if (last is not null) places.Add(last);
        harm.Cut(place + (last is null ? 0 : 1), $"cut at byte {within} of block {place}");
        if (last is not null) harm.Bad.Add(place);
    }

    public void Heal()
    {
        places.Clear();
        places.AddRange(volume.Places);
    }

    private (int Place, int At) Find(long at)
    {
        int place = 0;
        for (; volume.Places[place] is not { } block || at >= block.Length; place++) at -= volume.Places[place]?.Length ?? 0;
        return (place, (int)at);
    }
}

/// <summary>A medium that is a file: a disk volume or a cartridge. <paramref name="parts"/> says what each byte of it belongs to.</summary>
internal sealed class FileMedium(VolumeTruth volume, string path, IReadOnlyList<FilePart> parts) : IMedium
{
    private readonly byte[] _whole = File.ReadAllBytes(path);

    public VolumeTruth Volume => volume;
    public bool IsFramed => parts[0].IsFramed;
    public long Bits => _whole.Length * 8L;

    /// <summary>The first byte of a place.</summary>
    public long BeginOf(int place) => parts.First(part => part.Place == place).From;

    public void Flip(long bit, Harm harm)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        long at = bit / 8;
        if (at >= file.Length) return;
        file.Position = at;
        int now = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(now ^ (1 << (int)(bit % 8))));
        FilePart? part = parts.FirstOrDefault(one => at >= one.From && at < one.To);
        string where = part is null ? "of no place" : $"place {part.Place}";
        harm.Flip(part?.Place ?? -1, $"bit {bit % 8} of byte {at}, {where}", part is not null);
    }

    public void Cut(long at, Harm harm)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        if (at >= file.Length) return;
        file.SetLength(at);
        FilePart? cut = parts.FirstOrDefault(one => at < one.To);
        if (cut is null) return; // filler behind the last place
        bool isLeft = at > cut.From && !cut.IsFramed;
        harm.Cut(cut.Place + (isLeft ? 1 : 0), $"cut at byte {at}");
        if (isLeft) harm.Bad.Add(cut.Place);
    }

    public void Heal() => File.WriteAllBytes(path, _whole);

    /// <summary>The bytes of a disk volume that mean something (docs/formats/volume.md, 1).</summary>
    public static List<FilePart> OfDisk(VolumeTruth volume, int blockSize)
    {
        var parts = new List<FilePart>();
        for (int place = 0; place < volume.Places.Length; place++)
        {
            long from = place == 0 ? 0 : DiskDrive.FirstPlace + (place - 1L) * blockSize;
            parts.Add(new(place, from, from + (volume.Places[place]?.Length ?? DiskDrive.Filemark.Length), IsFramed: false));
        }
        return parts;
    }

    /// <summary>The frames of a cartridge (docs/formats/cartridge.md, 2); its header is of no place.</summary>
    public static List<FilePart> OfCartridge(VolumeTruth volume)
    {
        var parts = new List<FilePart>();
        long from = 512;
        for (int place = 0; place < volume.Places.Length; place++)
        {
            long to = from + 64 + (volume.Places[place]?.Length ?? 0);
            parts.Add(new(place, from, to, IsFramed: true));
            from = (to + 511) / 512 * 512;
        }
        return parts;
    }
}

/// <summary>Bytes of a file that make up a place. Framed: of a place that is not whole nothing is left.</summary>
internal sealed record FilePart(int Place, long From, long To, bool IsFramed);
