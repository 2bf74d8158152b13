using System.Globalization;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.TestKit.Channels;

namespace Backup.Tests.Actors;

/// <summary>What is read of a volume before a job goes on with it.</summary>
public sealed class AppendCheckTests : IDisposable
{
    private const int Records = 30;

    private LibraryBench? _library;

    public void Dispose() => _library?.Dispose();

    [Fact]
    [Trait("Req", "DEV-32")]
    [Trait("Req", "DEV-34")]
    public void After_a_start_the_label_and_the_last_commit_point_are_read_and_nothing_in_between()
    {
        LibraryBench library = Library(checksWhole: false);
        library.Store(1, cartridge: 1, records: Records);
        library.Storage.StartAgain();
        (_, ScriptedChannel client) = library.Opened(2, cartridge: 1, isNew: false);
        LibraryBench.Send(client, 3);
        Assert.Null(library.Storage.Next<StoreSessionEnded>().Failure);

        string[] lines = [.. library.Drive.Lines.TakeWhile(line => !line.StartsWith("write ", StringComparison.Ordinal))];
        Assert.Equal([$"load {LibraryBench.Code(1)}", "read Block", "space to end"], lines[..3]);
        Assert.InRange(lines.Count(line => line == "read Block"), 2, 6); // of some 25
        Assert.StartsWith("locate ", lines[^1], StringComparison.Ordinal);
        library.AwaitIdle();
        Assert.Equal(Records + 3, library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-34")]
    public void Where_the_last_commit_point_is_not_there_the_volume_is_not_written_on()
    {
        LibraryBench library = Library(checksWhole: false);
        library.Store(1, cartridge: 1, records: Records);
        library.Store(2, cartridge: 1, isNew: false);
        long blocks = Blocks(library);
        library.Faults[0].BadPlaces.UnionWith(Enumerable.Range((int)LastWrite(library) - 1, 2).Select(place => (long)place));
        OpenStoreSession order = library.Order(3, cartridge: 1, isNew: false);
        library.Engine.Take(order with { Volume = order.Volume with { Blocks = blocks } });
        var wanted = library.Storage.Next<VolumeWanted>();
        library.Engine.Take(new VolumeAssigned(order.Label.Session, null, "no more cartridges"));

        Assert.True(wanted.IsUnfit);
        Assert.Contains($"and the catalog knows of {blocks}", wanted.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "DEV-13")]
    [Trait("Req", "DEV-33")]
    public void Where_all_is_read_first_a_damaged_block_in_the_middle_keeps_the_volume_from_being_written_on()
    {
        LibraryBench library = Library(checksWhole: true);
        library.Store(1, cartridge: 1, records: Records);
        long middle = LastWrite(library) - 3;
        byte[] before = File.ReadAllBytes(FileOf(library));
        library.Faults[0].BadPlaces.Add(middle);
        OpenStoreSession order = library.Order(2, cartridge: 1, isNew: false);
        library.Engine.Take(order);
        var wanted = library.Storage.Next<VolumeWanted>();
        library.Engine.Take(new VolumeAssigned(order.Label.Session, LibraryBench.Cartridge(2), null));

        Assert.Equal((LibraryBench.Code(1), true), (wanted.Full, wanted.IsUnfit));
        Assert.StartsWith($"volume {LibraryBench.Code(1)}: block {middle} cannot be read", wanted.Reason, StringComparison.Ordinal);
        Assert.Equal(LibraryBench.Code(2), library.Storage.Next<StoreSessionOpened>().Volume!.Volume);
        Assert.Equal(before, File.ReadAllBytes(FileOf(library)));
    }

    [Fact]
    [Trait("Req", "DEV-33")]
    public void Where_all_is_read_first_a_sound_volume_is_gone_on_with_after_every_block_was()
    {
        LibraryBench library = Library(checksWhole: true);
        library.Store(1, cartridge: 1, records: Records);
        long places = LastWrite(library) + 1;
        library.Store(2, cartridge: 1, isNew: false);

        int reads = library.Drive.Lines.TakeWhile(line => !line.StartsWith("write ", StringComparison.Ordinal))
            .Count(line => line.StartsWith("read ", StringComparison.Ordinal));
        Assert.True(reads >= places, $"{reads} reads of {places} places");
        Assert.Equal(Records + 3, library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-33")]
    public void What_lies_behind_the_last_commit_point_is_cut_off_and_no_damage()
    {
        using var storage = new StorageBench();
        storage.Change = settings => settings with { StopWithin = TimeSpan.Zero, ChecksWhole = true };
        storage.StartAgain();
        Store(storage, 1);
        storage.TearTail(StorageBench.Volume(1), blocks: 2);

        Assert.Contains("2 blocks behind its last commit point", Store(storage, 2), StringComparison.Ordinal);
        Assert.Null(Store(storage, 3));
    }

    [Fact]
    [Trait("Req", "DEV-13")]
    public void The_check_is_a_wait_that_all_can_see_and_that_ends_with_its_job()
    {
        LibraryBench library = Library(checksWhole: true);
        library.Store(1, cartridge: 1, records: Records);
        var clock = new ManualClock();
        int loads = 0;
        (library.Faults[0].Time, library.Faults[0].Duration) = (clock, motion =>
        {
            if (motion == TapeMotion.Load) loads++;
            return motion == TapeMotion.Read && loads > 1 ? TimeSpan.FromHours(1) : TimeSpan.Zero;
        });
        OpenStoreSession order = library.Order(2, cartridge: 1, isNew: false);
        library.Engine.Take(order);
        string reason = "";
        Assert.True(SpinWait.SpinUntil(() => (reason = library.Engine.Status.Wait?.Reason ?? "").Length > 0, StorageBench.Patience));
        Assert.Equal($"volume {LibraryBench.Code(1)} is read and checked before it is written on", reason);
        library.Engine.Take(new CloseStoreSession(order.Label.Session, "canceled by the operator"));
        library.Faults[0].Duration = null;
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Contains("canceled by the operator", library.Storage.Next<StoreSessionEnded>().Failure, StringComparison.Ordinal);
        library.AwaitIdle();
        Assert.Null(library.Engine.Status.Wait);
        Assert.Equal(Records, library.RecordsOn(1));
    }

    private LibraryBench Library(bool checksWhole) => _library = new LibraryBench(checksWhole: checksWhole);

    /// <summary>What the storage said that it cut off.</summary>
    private static string? Store(StorageBench storage, int number)
    {
        OpenStoreSession order = storage.Order(number);
        storage.Engine.Take(order with { Volume = order.Volume with { IsNew = number == 1 } });
        string? cut = storage.Next<StoreSessionOpened>().Volume!.CutBack;
        ScriptedChannel client = storage.Connect(order);
        LibraryBench.Send(client, 1);
        Assert.Null(storage.Next<StoreSessionEnded>().Failure);
        Assert.True(SpinWait.SpinUntil(() => storage.Engine.Status.Volume is null, StorageBench.Patience));
        return cut;
    }

    private static long LastWrite(LibraryBench library) => library.Drive.Lines
        .Where(line => line.StartsWith("write ", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).Max();

    /// <summary>Committed blocks of cartridge 1, as its volume counts them.</summary>
    private static long Blocks(LibraryBench library)
    {
        using var tape = new VirtualTape(new VirtualTapeOptions(library.Cartridges, null));
        using Backup.Volumes.Writer.VolumeWriter writer = Backup.Volumes.Writer.VolumeWriter.OpenForAppend(
            tape, LibraryBench.Code(1), null, TimeProvider.System);
        return writer.Counts.Blocks;
    }

    private static string FileOf(LibraryBench library) =>
        Path.Combine(library.Cartridges, LibraryBench.Code(1) + VirtualTape.CartridgeEnding);
}
