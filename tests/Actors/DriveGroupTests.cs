using Backup.Actors.Storage.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

/// <summary>The drives of a library are a group: a job takes any that is free and may be used so.</summary>
public sealed class DriveGroupTests : IDisposable
{
    private LibraryBench? _library;

    public void Dispose() => _library?.Dispose();

    [Fact]
    [Trait("Req", "DEV-41")]
    public void Of_three_jobs_two_run_on_different_drives_and_the_third_takes_the_first_that_is_free()
    {
        LibraryBench library = Library(new DriveLimits());
        (_, ScriptedChannel first) = library.Opened(1, cartridge: 1);
        library.Opened(2, cartridge: 2);
        OpenStoreSession third = OfAnotherPool(library.Order(3, cartridge: 3));
        library.Engine.Take(third);
        Assert.True(SpinWait.SpinUntil(() => library.Engine.Status.Waiting is not null, StorageBench.Patience));
        Assert.Equal([LibraryBench.Code(1), LibraryBench.Code(2)], Volumes(library));
        LibraryBench.Send(first, 3);

        Assert.Equal(LibraryBench.Code(3), library.Storage.Next<StoreSessionOpened>().Volume!.Volume);
        Assert.Equal([LibraryBench.Code(3), LibraryBench.Code(2)], Volumes(library));
    }

    [Fact]
    [Trait("Req", "DEV-41")]
    [Trait("Req", "DEV-43")]
    public void Where_nothing_may_be_written_in_a_drive_all_jobs_go_to_the_other_and_restores_may_use_it()
    {
        LibraryBench library = Library(new DriveLimits { NotWritten = [0] });
        library.Store(1, cartridge: 1);
        library.Store(2, cartridge: 2);
        Assert.Equal(["-", LibraryBench.Code(2)], Volumes(library));
        using (Read(library, cartridge: 1)) Assert.Equal([LibraryBench.Code(1), LibraryBench.Code(2)], Volumes(library));
        library.Store(3, cartridge: 1, isNew: false);

        Assert.Equal(["-", LibraryBench.Code(1)], Volumes(library));
        Assert.Equal([(false, true), (false, false)], library.Engine.Status.Drives!.Select(drive => (drive.IsNotRead, drive.IsNotWritten)));
    }

    [Fact]
    [Trait("Req", "DEV-42")]
    public void Where_nothing_may_be_read_in_a_drive_restores_take_the_other_and_a_cartridge_in_it_is_moved_there()
    {
        LibraryBench library = Library(new DriveLimits { NotRead = [0] });
        library.Store(1, cartridge: 1);
        Assert.Equal([LibraryBench.Code(1), "-"], Volumes(library));
        using DriveLease reading = Read(library, cartridge: 1);

        Assert.Equal((1, LibraryBench.Code(1)), (reading.Number, library.Engine.Status.Drives![1].Volume));
        Assert.Equal([(true, false), (false, false)], library.Engine.Status.Drives!.Select(drive => (drive.IsNotRead, drive.IsNotWritten)));
    }

    private LibraryBench Library(DriveLimits limits) => _library = new LibraryBench(drives: 2, limits);

    private static OpenStoreSession OfAnotherPool(OpenStoreSession order) => order with { Volume = order.Volume with { Pool = "p2" } };

    private static DriveLease Read(LibraryBench library, int cartridge) => library.Engine.Leases.Take(
        new DriveAsk(LibraryBench.Code(cartridge), Writes: false, new JobId(77), () => null), 0, StorageBench.Patience);

    private static string[] Volumes(LibraryBench library) => [.. library.Engine.Status.Drives!.Select(drive => drive.Volume ?? "-")];
}
