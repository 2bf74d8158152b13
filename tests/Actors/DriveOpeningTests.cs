using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.TestKit.Channels;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Actors;

/// <summary>Drives that cannot be opened, or do not answer.</summary>
public sealed class DriveOpeningTests : IDisposable
{
    private static readonly DriveLimits Quick = new() { OpenInterval = TimeSpan.FromMilliseconds(20) };

    /// <summary>It stands until the test is over: what takes time by it hangs.</summary>
    private readonly ManualClock _never = new();
    private readonly List<IDisposable> _made = [];

    public void Dispose()
    {
        _never.Advance(TimeSpan.FromDays(1));
        foreach (IDisposable one in _made) one.Dispose();
    }

    [Fact]
    [Trait("Req", "DEV-09")]
    public void A_folder_that_is_not_there_is_waited_for_by_a_job_that_all_can_see_and_that_goes_on_by_itself()
    {
        using var place = new Place();
        using var storage = new StorageBench();
        string folder = place.Folder;
        storage.Change = settings => settings with
        {
            StopWithin = TimeSpan.Zero, Limits = Quick, DriveDeadline = TimeSpan.FromMinutes(30),
            Drives = new FolderDrives(_ => new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf))),
        };
        storage.StartAgain();
        OpenStoreSession order = storage.Order(1);
        storage.Engine.Take(order);
        Assert.Contains($"the folder {folder} is not there", storage.Next<DriveNote>().Line, StringComparison.Ordinal);

        Assert.True(SpinWait.SpinUntil(() => storage.Engine.Status.MediumWaits is [{ ForDrive: true }], StorageBench.Patience));
        storage.Engine.Announce();
        DriveWait wait = WaitOf(storage);
        Assert.Contains("it is tried again at", wait.Reason, StringComparison.Ordinal);
        Assert.Equal(("the drive opens", 30), (wait.FreesIt, Math.Round(wait.Until.Since(wait.Since).TotalMinutes, 1)));
        Directory.CreateDirectory(folder);
        Assert.Equal(order.Label.Session, storage.Next<StoreSessionOpened>().Session);
    }

    [Fact]
    [Trait("Req", "DEV-26")]
    public void A_drive_is_tried_so_often_and_no_more()
    {
        LibraryBench library = Made(new LibraryBench(limits: Quick with { OpenTries = 4 }));
        library.Faults[0].FailingOpens = 100;
        library.Engine.Take(library.Order(1, cartridge: 1));
        var ended = library.Storage.Next<StoreSessionEnded>();

        Assert.Contains("EBUSY", ended.Failure, StringComparison.Ordinal);
        Assert.EndsWith("given up after 4 tries", ended.Failure, StringComparison.Ordinal);
        Assert.Equal(4, library.Faults[0].Opens);
        library.Faults[0].FailingOpens = 0;
        library.Opened(2, cartridge: 1);
    }

    [Fact]
    [Trait("Req", "DEV-09")]
    public void A_job_takes_the_other_drive_where_one_does_not_open()
    {
        LibraryBench library = Made(new LibraryBench(drives: 2, new DriveLimits { OpenInterval = TimeSpan.FromHours(1) }));
        library.Faults[0].FailingOpens = 100;
        library.Opened(1, cartridge: 1);

        DriveUse[] drives = [.. library.Engine.Status.Drives!];
        Assert.Contains("EBUSY", drives[0].Use, StringComparison.Ordinal);
        Assert.Equal((LibraryBench.Code(1), "job 1 writes V00001"), (drives[1].Volume, drives[1].Use));
    }

    [Fact]
    [Trait("Req", "DEV-09")]
    public void A_jammed_changer_is_tried_again_and_the_job_begins_on_the_same_cartridge()
    {
        LibraryBench library = Made(new LibraryBench());
        library.ChangerFaults.Jams = 3;
        library.Opened(1, cartridge: 1);
        Assert.Equal(0, library.ChangerFaults.Jams);
    }

    [Fact]
    [Trait("Req", "DEV-27")]
    public void An_opening_that_takes_too_long_is_given_up_and_the_next_try_begins()
    {
        LibraryBench library = Made(new LibraryBench(limits: Quick with { OpenTimeout = TimeSpan.FromMilliseconds(200) }));
        int loads = 0;
        Hang(library.Faults[0], motion => motion == TapeMotion.Load && Interlocked.Increment(ref loads) == 1);
        library.Engine.Take(library.Order(1, cartridge: 1));

        Assert.Contains("did not answer within 0.2 s (open-timeout)", library.Storage.Next<DriveNote>().Line, StringComparison.Ordinal);
        Assert.Equal(LibraryBench.Code(1), library.Storage.Next<StoreSessionOpened>().Volume!.Volume);
    }

    [Theory]
    [InlineData(TapeMotion.Write)]
    [InlineData(TapeMotion.Locate)]
    [Trait("Req", "DEV-25")]
    public void A_call_that_hangs_is_cut_off_and_the_other_drive_goes_on(TapeMotion hanging)
    {
        LibraryBench library = Made(new LibraryBench(drives: 2, Quick with { IoTimeout = TimeSpan.FromMilliseconds(500) }));
        library.Store(1, cartridge: 1);
        Hang(library.Faults[0], motion => motion == hanging);
        OpenStoreSession first = library.Order(2, cartridge: 1, isNew: false);
        library.Engine.Take(first);
        if (hanging == TapeMotion.Write)
        {
            library.Storage.Next<StoreSessionOpened>();
            LibraryBench.Send(library.Storage.Connect(first), 12);
        }
        (_, ScriptedChannel other) = library.Opened(3, cartridge: 2);
        LibraryBench.Send(other, 12);
        StoreSessionEnded[] ended = [library.Storage.Next<StoreSessionEnded>(), library.Storage.Next<StoreSessionEnded>()];

        Assert.Null(ended.Single(end => end.Job == new JobId(3)).Failure);
        Assert.Contains("(io-timeout)", ended.Single(end => end.Job == new JobId(2)).Failure, StringComparison.Ordinal);
        Assert.Contains("is left alone", library.Engine.Status.Drives![0].Use, StringComparison.Ordinal);
        library.Store(4, cartridge: 3);
        library.Faults[0].Duration = null;
        _never.Advance(TimeSpan.FromDays(1));
        Assert.True(SpinWait.SpinUntil(() => library.Engine.Status.Drives![0].Use is null, StorageBench.Patience));
        library.Store(5, cartridge: 1, isNew: false);
        Assert.Equal(6, library.RecordsOn(1));
    }

    private void Hang(TapeFaults faults, Func<TapeMotion, bool> which) =>
        (faults.Time, faults.Duration) = (_never, motion => which(motion) ? TimeSpan.FromHours(1) : TimeSpan.Zero);

    private T Made<T>(T one) where T : IDisposable
    {
        _made.Add(one);
        return one;
    }

    private static DriveWait WaitOf(StorageBench storage)
    {
        while (true)
            if (storage.Next<StorageOnline>().Sessions is [{ Wait: { } wait }]) return wait;
    }

    /// <summary>A folder that is not there yet.</summary>
    private sealed class Place : IDisposable
    {
        private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("backup-place-");

        public string Folder => Path.Combine(_parent.FullName, "volumes");

        public void Dispose() => _parent.Delete(recursive: true);
    }
}
