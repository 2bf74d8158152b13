using System.Globalization;
using Backup.Messages.Drives;

namespace Backup.Configuration.Resources;

/// <summary>Keys of a Storage about its drives, and about the library they stand in.</summary>
internal static class DriveKeys
{
    /// <summary>Cartridges of a library, be they in slots or drives.</summary>
    private const int SlotsMax = 1000;
    private const int DrivesMax = 64;
    private const int PrefixCharactersMax = 16;

    /// <summary>A cartridge must hold its label with the format's description, a block and its index.</summary>
    private const long CartridgeBytesMin = 512 << 10;

    private static readonly TimeSpan OpenIntervalMin = TimeSpan.FromSeconds(1);

    /// <summary>A volume has blocks as short as a header with the least of a record, which a drive must take.</summary>
    private const int ShortestBlock = 88;
    private const int BlockBytesMin = 64 << 10;
    private const int BlockBytesMax = 4 << 20;

    private static readonly string[] OfLibrary =
        ["slots", "mail-slots", "cartridge-size", "bar-code-prefix", NotRead, NotWritten, BlockLimits];
    private const string NotRead = "drives-not-read", NotWritten = "drives-not-written", BlockLimits = "block-limits";

    public static readonly IReadOnlyList<ResourceKey> All =
    [
        new("drives", KeyType.Number(1, DrivesMax), "Volumes that are written to at the same time; the drives of a library.", "1"),
        new("jobs-per-volume", KeyType.Number(0, 1000),
            "Jobs that share a volume while another drive is there for a further one; 0: as many as come.", "0"),
        new("drive-wait", KeyType.Duration, "How long a job waits for a drive, or for a volume that others have.", "6 h"),
        new("open-retries", KeyType.Number(0, 10_000),
            "Tries to open a drive before its job gives up; 0: as many as there are in drive-wait.", "0"),
        new("open-interval", KeyType.Duration, "Between two tries to open a drive.", "30 s"),
        new("open-timeout", KeyType.Duration, "How long opening a drive may take; 0 s: as long as it takes.", "5 min"),
        new("io-timeout", KeyType.Duration,
            "How long a read, a write or a motion of a drive may take before it is cut off; 0 s: as long as it takes.", "0 s"),
        new("append-check", KeyType.Hyphenated<AppendCheck>(), "What of a volume is read before a job goes on with it:"
            + " the commit point at its end, or the whole of it, block by block. A volume that is not sound is not written to.", "end"),
        new("ignore-close-errors", KeyType.Boolean,
            "A volume that is not closed well is told in the node's log alone; else no job goes on from it to another volume.", "no"),
        new("block-size", KeyType.Size, "Of the blocks of new volumes, 64 KiB to 4 MiB.", "256 KiB"),
        new("library", KeyType.Text,
            "Folder of a virtual tape library, in place of folder; relative to the node's data directory. Made where it is missing."),
        new(NotRead, KeyType.ListOf(KeyType.Number(0, DrivesMax - 1)), "Drives of the library, from 0, in which nothing is read."),
        new(NotWritten, KeyType.ListOf(KeyType.Number(0, DrivesMax - 1)), "Drives of the library, from 0, in which nothing is written."),
        new("slots", KeyType.Number(1, SlotsMax), "Slots of the library, each with a cartridge at first.", "20"),
        new("mail-slots", KeyType.Number(0, SlotsMax), "Slots of the library for what comes and goes; they begin empty.", "0"),
        new("cartridge-size", KeyType.Size, "How much a cartridge of the library holds.", "10 GiB"),
        new(BlockLimits, new KeyType("block limits", text => ReadLimits(text)),
            "The shortest and the longest block that its drives take, in bytes: 1-245760. Without it they take any."),
        new("bar-code-prefix", KeyType.Text, "What the bar codes of its cartridges, and so its volumes' names, begin with.", "TAPE"),
    ];

    public static StorageResource Read(ResourceValues storage, StorageResource known) => known with
    {
        Drives = storage.Get<int>("drives"),
        JobsPerVolume = storage.Get<int>("jobs-per-volume"),
        DriveWait = storage.Get<TimeSpan>("drive-wait"),
        Opening = new DriveOpening(storage.Get<int>("open-retries"), storage.Get<TimeSpan>("open-interval"),
            storage.Get<TimeSpan>("open-timeout"), storage.Get<TimeSpan>("io-timeout")),
        Check = storage.Get<AppendCheck>("append-check"),
        IgnoresCloseErrors = storage.Get<bool>("ignore-close-errors"),
        DrivesNotRead = storage.List<int>(NotRead),
        DrivesNotWritten = storage.List<int>(NotWritten),
        BlockBytes = (int)storage.Get<long>("block-size"),
        Library = storage.Text("library") is { } folder
            ? new LibraryResource(folder, storage.Get<int>("slots"), storage.Get<int>("mail-slots"), storage.Get<long>("cartridge-size"),
                storage.Get<string>("bar-code-prefix"), storage.Find(BlockLimits) is BlockSizeRange limits ? limits : null)
            : null,
    };

    public static (string Key, string Text)? Mistake(ResourceValues storage)
    {
        if (storage.Find("block-size") is long block && (block is < BlockBytesMin or > BlockBytesMax || block % 4096 != 0))
            return ("block-size", $"{block} bytes are no size of a block; a multiple of 4 KiB from 64 KiB to 4 MiB");
        if (storage.Find("open-interval") is TimeSpan interval && interval < OpenIntervalMin)
            return ("open-interval", $"a drive is not tried more often than each {OpenIntervalMin.TotalSeconds} s");
        if (!storage.IsGiven("library"))
            return OfLibrary.FirstOrDefault(storage.IsGiven) is { } key ? (key, $"{key} is of a library; give library = FOLDER too") : null;
        if ((DrivesMistake(storage, NotRead) ?? DrivesMistake(storage, NotWritten)) is { } drives) return drives;
        if (storage.Find(BlockLimits) is BlockSizeRange takes && !takes.Has((int)storage.Get<long>("block-size")))
            return ("block-size", $"{storage.Get<long>("block-size")} bytes are no block for these drives: they take {takes} bytes");
        if (storage.IsGiven("volume-size")) return ("volume-size", "the cartridges of a library have a size; give cartridge-size");
        if (storage.Find("cartridge-size") is long bytes and < CartridgeBytesMin)
            return ("cartridge-size", $"{bytes} bytes are too few for a cartridge; at least {CartridgeBytesMin >> 10} KiB");
        if (storage.Text("bar-code-prefix") is { } prefix
            && (prefix.Length > PrefixCharactersMax || !prefix.All(char.IsAsciiLetterOrDigit)))
            return ("bar-code-prefix", $"'{prefix}' is no bar code; at most {PrefixCharactersMax} letters and digits");
        return null;
    }

    private static BlockSizeRange ReadLimits(string text)
    {
        string[] ends = text.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int least)
            || !int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int most) || least < 1 || least > most)
            throw new FormatException($"'{text}' are no block limits; the least and the most bytes, for example 1-245760");
        if (least > ShortestBlock || most < BlockBytesMin)
            throw new FormatException($"drives that take {least}-{most} bytes are of no use: volumes have blocks of {ShortestBlock} to "
                + $"{BlockBytesMin} bytes at least");
        return new BlockSizeRange(least, most);
    }

    private static (string Key, string Text)? DrivesMistake(ResourceValues storage, string key)
    {
        int drives = storage.Get<int>("drives");
        IReadOnlyList<int> left = [.. storage.List<int>(key).Distinct()];
        if (left.FirstOrDefault(drive => drive >= drives) is var beyond and > 0)
            return (key, $"there is no drive {beyond}: they are 0 to {drives - 1}");
        return left.Count == drives ? (key, "no drive is left: leave one out") : null;
    }
}
