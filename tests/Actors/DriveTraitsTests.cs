using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.TestKit.Channels;

namespace Backup.Tests.Actors;

/// <summary>What drives differ in, and what an operator may say of them.</summary>
public sealed class DriveTraitsTests : IDisposable
{
    private static readonly BlockSizeRange Limits = new(1, 245_760);

    private readonly ManualClock _never = new();
    private LibraryBench? _library;

    public void Dispose()
    {
        foreach (TapeFaults faults in _library?.Faults ?? []) faults.Duration = null;
        _never.Advance(TimeSpan.FromDays(1));
        _library?.Dispose();
    }

    [Fact]
    [Trait("Req", "DEV-10")]
    public void The_blocks_that_drives_take_are_shown_and_those_of_a_volume_fit()
    {
        LibraryBench library = Made(new LibraryBench(drives: 2, blocks: Limits));
        library.Store(1, cartridge: 1);

        Assert.Equal(["1-245760", "1-245760"], library.Engine.Status.Drives!.Select(drive => drive.Blocks));
        Assert.Equal(3, library.RecordsOn(1));
    }

    [Theory]
    [Trait("Req", "DEV-28")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cartridge_that_is_full_and_not_closed_well_ends_its_job_unless_that_is_to_be_ignored(bool ignores)
    {
        LibraryBench library = Made(new LibraryBench(limits: new DriveLimits { IgnoresCloseErrors = ignores }, cartridgeBytes: 1 << 20));
        (OpenStoreSession order, ScriptedChannel client) = library.Opened(1, cartridge: 1);
        library.Faults[0].FailingCloses = 1;
        LibraryBench.Send(client, 30);
        if (ignores)
        {
            library.Storage.Next<VolumeWanted>();
            library.Engine.Take(new VolumeAssigned(order.Label.Session, LibraryBench.Cartridge(2), null));
        }
        var ended = library.Storage.Next<StoreSessionEnded>();

        if (!ignores) Assert.Contains($"volume {LibraryBench.Code(1)} cannot be closed", ended.Failure, StringComparison.Ordinal);
        else
        {
            Assert.Null(ended.Failure);
            library.AwaitIdle();
            Assert.Equal(30, library.RecordsOn(1) + library.RecordsOn(2));
        }
    }

    [Fact]
    [Trait("Req", "DEV-28")]
    public void That_a_volume_was_not_closed_well_is_told_though_its_job_has_ended_before()
    {
        LibraryBench library = Made(new LibraryBench());
        (_, ScriptedChannel client) = library.Opened(1, cartridge: 1);
        library.Faults[0].FailingCloses = 1;
        LibraryBench.Send(client, 3);
        var said = new List<object>(); // both come, in either order
        while (!(said.OfType<DriveNote>().Any() && said.OfType<StoreSessionEnded>().Any())) said.Add(library.Storage.Next<object>());

        Assert.Null(Assert.Single(said.OfType<StoreSessionEnded>()).Failure);
        Assert.StartsWith($"volume {LibraryBench.Code(1)} was not closed well: ", Assert.Single(said.OfType<DriveNote>()).Line,
            StringComparison.Ordinal);
        library.AwaitIdle();
        library.Store(2, cartridge: 1, isNew: false);
        Assert.Equal(6, library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-30")]
    public void A_cartridge_is_not_rewound_when_it_is_put_away_and_the_next_job_goes_on_at_its_end()
    {
        LibraryBench library = Made(new LibraryBench());
        library.Store(1, cartridge: 1);
        string[] lines = [.. library.Drive.Lines];
        library.Store(2, cartridge: 1, isNew: false);

        int last = Array.FindLastIndex(lines, line => line.StartsWith("marks ", StringComparison.Ordinal));
        Assert.Empty(lines[(last + 1)..]);
        Assert.Equal(6, library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-15")]
    public void A_rewind_that_takes_too_long_is_an_error_and_the_drive_is_left_alone()
    {
        LibraryBench library = Made(new LibraryBench(limits: new DriveLimits { IoTimeout = TimeSpan.FromMilliseconds(200) }));
        library.Store(1, cartridge: 1);
        (library.Faults[0].Time, library.Faults[0].Duration) =
            (_never, motion => motion == TapeMotion.Rewind ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        using DriveLease reading = Reading(library, cartridge: 1);
        Assert.True(reading.Drive.Load(LibraryBench.Code(1), DriveAccess.Read).Moved);
        MoveAnswer rewound = reading.Drive.Rewind();

        Assert.False(rewound.Moved);
        Assert.Contains("did not answer within 0.2 s (io-timeout)", rewound.Reason, StringComparison.Ordinal);
        Assert.Contains("is left alone", library.Engine.Status.Drives![0].Use, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "DEV-17")]
    public void A_drive_that_is_slow_holds_no_more_than_its_frames_and_the_client_is_slowed()
    {
        const int sent = 300, held = 64, inHand = 4;
        LibraryBench library = Made(new LibraryBench());
        (_, ScriptedChannel client) = library.Opened(1, cartridge: 1);
        (library.Faults[0].Time, library.Faults[0].Duration) =
            (_never, motion => motion == TapeMotion.Write ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        for (int sequence = 1; sequence <= sent; sequence++)
            client.Put(FrameKind.Records, StorageBench.Record(sequence, StorageBench.FillingRecord));

        Assert.True(SpinWait.SpinUntil(() => client.Waiting <= sent - held, StorageBench.Patience));
        Assert.False(SpinWait.SpinUntil(() => client.Waiting < sent - held - inHand, TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    [Trait("Req", "DEV-22")]
    public void A_blank_cartridge_is_labelled_and_nothing_is_said_against_its_drive()
    {
        LibraryBench library = Made(new LibraryBench());
        (_, ScriptedChannel client) = library.Opened(1, cartridge: 1);
        LibraryBench.Send(client, 3);
        object said;
        do Assert.IsNotType<DriveNote>(said = library.Storage.Next<object>());
        while (said is not StoreSessionEnded);

        string[] lines = [.. library.Drive.Lines];
        Assert.Equal([$"load {LibraryBench.Code(1)}", $"load {LibraryBench.Code(1)}", "read EndOfData"], lines[..3]);
        Assert.DoesNotContain(lines, line => line.EndsWith("Failed", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Req", "DEV-35")]
    public void A_cartridge_that_is_another_than_its_bar_code_says_frees_the_drive_while_another_is_asked_for()
    {
        LibraryBench library = Made(new LibraryBench());
        library.Store(1, cartridge: 1);
        library.Store(2, cartridge: 2);
        File.Copy(FileOf(library, 2), FileOf(library, 1), overwrite: true);
        OpenStoreSession order = library.Order(3, cartridge: 1, isNew: false);
        library.Engine.Take(order);
        var wanted = library.Storage.Next<VolumeWanted>();

        Assert.Equal((LibraryBench.Code(1), true), (wanted.Full, wanted.IsUnfit));
        using (DriveLease reading = Reading(library, cartridge: 2))
            Assert.True(reading.Drive.Load(LibraryBench.Code(2), DriveAccess.Read).Moved);
        library.Engine.Take(new VolumeAssigned(order.Label.Session, LibraryBench.Cartridge(2) with { IsNew = false }, null));
        Assert.Equal(LibraryBench.Code(2), library.Storage.Next<StoreSessionOpened>().Volume!.Volume);
    }

    private LibraryBench Made(LibraryBench library) => _library = library;

    private static DriveLease Reading(LibraryBench library, int cartridge) => library.Engine.Leases.Take(
        new DriveAsk(LibraryBench.Code(cartridge), Writes: false, new JobId(77), () => null), 0, StorageBench.Patience);

    private static string FileOf(LibraryBench library, int cartridge) =>
        Path.Combine(library.Cartridges, LibraryBench.Code(cartridge) + VirtualTape.CartridgeEnding);
}
