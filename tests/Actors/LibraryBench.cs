using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Devices.Changers.Virtual;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.TestKit.Media;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Tests.Actors;

/// <summary>A storage engine over a virtual library, whose drives do wrong what a test wants.</summary>
internal sealed class LibraryBench : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backup-library-").FullName;
    private readonly List<LoggedDrive> _opened = [];
    private readonly VirtualChanger _changer;
    private readonly BlockSizeRange? _blocks;

    public LibraryBench(
        int drives = 1, DriveLimits? limits = null, long cartridgeBytes = 4 << 20, bool checksWhole = false, BlockSizeRange? blocks = null)
    {
        _blocks = blocks;
        Faults = [.. Enumerable.Range(0, drives).Select(_ => new TapeFaults())];
        var description = new LibraryDescription { Drives = drives, Slots = 6, CartridgeBytes = cartridgeBytes, BarCodePrefix = "V" };
        _changer = VirtualChanger.Make(_folder, description, out string? reason, ChangerFaults) ?? throw new IOException(reason);
        Storage.Change = settings => settings with
        {
            StopWithin = TimeSpan.Zero, Drives = new LibraryDrives(_changer, Open, blocks), CommitEvery = TimeSpan.FromHours(1),
            ChecksWhole = checksWhole,
            Limits = limits ?? new DriveLimits { OpenInterval = TimeSpan.FromMilliseconds(20) },
        };
        Storage.StartAgain();
    }

    public StorageBench Storage { get; } = new();
    public StorageEngine Engine => Storage.Engine;
    public ChangerFaults ChangerFaults { get; } = new();
    public IReadOnlyList<TapeFaults> Faults { get; }
    public string Cartridges => _changer.Cartridges;

    /// <summary>The drive that was opened last.</summary>
    public LoggedDrive Drive
    {
        get
        {
            lock (_opened) return _opened[^1];
        }
    }

    /// <summary>The number that the next write of the drive that was opened last will have.</summary>
    public long NextWrite => 1 + Drive.Lines.Count(line => line.StartsWith("write ", StringComparison.Ordinal));

    public static string Code(int cartridge) => $"V{cartridge:00000}";

    public static VolumeAssignment Cartridge(int number) => StorageBench.Volume(number) with { Volume = Code(number) };

    public OpenStoreSession Order(int number, int cartridge, bool isNew = true) =>
        Storage.Order(number) with { Volume = Cartridge(cartridge) with { IsNew = isNew } };

    /// <summary>A session begins on a cartridge.</summary>
    public (OpenStoreSession Order, ScriptedChannel Client) Opened(int number, int cartridge, bool isNew = true)
    {
        OpenStoreSession order = Order(number, cartridge, isNew);
        Engine.Take(order);
        Assert.Equal(Code(cartridge), Storage.Next<StoreSessionOpened>().Volume!.Volume);
        return (order, Storage.Connect(order));
    }

    /// <summary>A session is stored whole on a cartridge, and the cartridge put away.</summary>
    public void Store(int number, int cartridge, bool isNew = true, int records = 3)
    {
        (_, ScriptedChannel client) = Opened(number, cartridge, isNew);
        Send(client, records);
        Assert.Null(Storage.Next<StoreSessionEnded>().Failure);
        AwaitIdle();
    }

    public void AwaitIdle() =>
        Assert.True(SpinWait.SpinUntil(() => Engine.Status is { State: "idle", Volume: null }, StorageBench.Patience));

    /// <summary>So many records of 40 KiB, and the seal.</summary>
    public static void Send(ScriptedChannel client, int records)
    {
        for (int sequence = 1; sequence <= records; sequence++)
            client.Put(FrameKind.Records, StorageBench.Record(sequence, StorageBench.FillingRecord));
        client.Put(FrameKind.Seal, StorageBench.Seal(records));
    }

    /// <summary>Data records that are on a cartridge, each read and checked; fails where anything on it is not whole.</summary>
    public long RecordsOn(int cartridge)
    {
        using var tape = new VirtualTape(new VirtualTapeOptions(Cartridges, null));
        using VolumeReader reader = VolumeReader.Open(tape, Code(cartridge));
        var counter = new Counter();
        reader.ReadAll(counter);
        Assert.Empty(counter.Faults);
        return counter.Data;
    }

    public void Dispose()
    {
        Storage.Dispose();
        _changer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private LoggedDrive Open(int number)
    {
        var drive = new LoggedDrive(_changer.Drive(number, new CountedIds(), Faults[number], _blocks));
        lock (_opened) _opened.Add(drive);
        return drive;
    }

    private sealed class Counter : IRecordSink
    {
        public long Data { get; private set; }
        public List<string> Faults { get; } = [];

        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Type == RecordType.Data) Data++;
            return true;
        }

        public void Report(VolumeFault fault) => Faults.Add(fault.ToString());
    }
}
