using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.TestKit.Media;
using Backup.Volumes.Writer;

namespace Backup.Tests.Actors;

public sealed class DriveLeasesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Shelf _shelf = new(drives: 2, "A", "B", "C");
    private readonly DriveLeases _leases;

    public DriveLeasesTests() => _leases = LeasesOf(_shelf);

    public void Dispose() => _leases.Dispose();

    [Fact]
    [Trait("Req", "DEV-01")]
    public void A_medium_that_stands_in_a_drive_is_not_moved_and_an_empty_drive_is_taken_before_one_with_another_medium()
    {
        using (Take("A", writes: true))
        {
        }
        using DriveLease again = Take("A", writes: false);
        using DriveLease other = Take("B", writes: true);

        Assert.Equal(["0: A", "0: A", "1: B"], _shelf.Opened);
    }

    [Fact]
    public void Where_all_drives_are_in_use_the_first_that_came_gets_the_first_that_is_free_and_the_wait_says_who_has_them()
    {
        DriveLease first = Take("A", writes: true, job: 1);
        using DriveLease second = Take("B", writes: false, job: 2);
        Waiting third = Wait("C", writes: true, job: 3);

        MediumWait wait = Assert.Single(_leases.Waits);
        Assert.Equal((new JobId(3), "C", true), (wait.Job, wait.Volume, wait.Writes));
        Assert.StartsWith("all drives are in use: job 1 writes A, since ", wait.Reason, StringComparison.Ordinal);
        Assert.Contains("job 2 reads B", wait.Reason, StringComparison.Ordinal);
        first.Dispose();
        third.End().Dispose();
        Assert.Empty(_leases.Waits);
    }

    [Fact]
    public void A_medium_is_written_by_one_and_who_came_first_for_it_goes_first()
    {
        DriveLease writer = Take("A", writes: true, job: 1);
        Waiting next = Wait("A", writes: true, job: 2);
        Waiting reader = Wait("A", writes: false, job: 3);
        Assert.StartsWith("job 1 writes A, since", _leases.Waits[0].Reason, StringComparison.Ordinal);

        writer.Dispose();
        DriveLease second = next.End();
        Assert.StartsWith("job 2 writes A", Assert.Single(_leases.Waits).Reason, StringComparison.Ordinal);
        second.Dispose();
        reader.End().Dispose();
    }

    [Fact]
    public void Media_of_a_folder_are_read_by_many_and_each_other_medium_is_written_meanwhile()
    {
        var drive = new MemoryDrive();
        using DriveLeases leases = LeasesOf(new FolderDrives(_ => drive));
        using DriveLease one = leases.Take(Ask("A", writes: false, 1), 0, TimeSpan.Zero);
        using DriveLease two = leases.Take(Ask("A", writes: false, 2), 0, TimeSpan.Zero);
        using DriveLease three = leases.Take(Ask("B", writes: true, 3), 0, TimeSpan.Zero);

        var refused = Assert.Throws<VolumeException>(() => leases.Take(Ask("A", writes: true, 4), 0, TimeSpan.Zero));
        Assert.StartsWith("no drive for volume A within 0 min: job 1 reads A, since", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_ends_when_the_job_wants_nothing_more_also_where_that_was_said_before_it_began()
    {
        using DriveLease first = Take("A", writes: true, job: 1);
        Waiting second = Wait("A", writes: true, job: 2);
        _leases.EndWait(new JobId(2), "canceled by tester");

        Assert.Equal("canceled by tester", Assert.IsType<DriveWaitEndedException>(second.Failure()).Message);
        var ended = Assert.Throws<DriveWaitEndedException>(
            () => _leases.Take(new DriveAsk("B", true, new JobId(3), () => "it was canceled"), 0, Patience));
        Assert.Equal("it was canceled", ended.Message);
    }

    [Fact]
    public void A_drive_whose_medium_cannot_be_brought_is_free_again()
    {
        Assert.Equal("volume X is not here", Assert.Throws<VolumeException>(() => Take("X", writes: false)).Message);
        using DriveLease first = Take("A", writes: true);
        using DriveLease second = Take("B", writes: true);
        Assert.Equal(["A", "B"], _leases.Status.Select(drive => drive.Volume).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("A", "p1", 0)] // it has the volume
    [InlineData("B", "p1", 1)] // it was opened for it
    [InlineData("C", "p1", 2)] // an idle one
    public void A_session_goes_to_who_has_its_volume_else_to_an_idle_thread(string volume, string pool, int expected)
    {
        DriveThreads.Load[] threads = [new("A", ["p1", "p1"], []), new(null, ["p1"], ["B"]), new(null, [], [])];
        Assert.Equal(expected, DriveThreads.ChooseFor(Volume(volume, pool), threads));
    }

    [Fact]
    public void Where_no_thread_is_idle_a_session_shares_the_least_busy_one_of_its_pool()
    {
        DriveThreads.Load[] threads = [new("A", ["p1", "p1"], []), new("B", ["p1"], []), new("C", ["p2"], [])];
        Assert.Equal(1, DriveThreads.ChooseFor(Volume("D", "p1"), threads));
        Assert.Equal(2, DriveThreads.ChooseFor(Volume("D", "p2"), threads));
    }

    private static VolumeAssignment Volume(string name, string pool) => new(name, new VolumeLifeId(Guid.AllBitsSet), false, pool, 0);

    private static DriveLeases LeasesOf(IDriveSource source) =>
        new(source, SystemThreads.Instance, TimeProvider.System, new DriveLimits(), _ => { });

    private static DriveAsk Ask(string medium, bool writes, int job) => new(medium, writes, new JobId(job), () => null);

    private DriveLease Take(string medium, bool writes, int job = 1) => _leases.Take(Ask(medium, writes, job), 0, Patience);

    private Waiting Wait(string medium, bool writes, int job)
    {
        var waiting = new Waiting(() => Take(medium, writes, job));
        Assert.True(SpinWait.SpinUntil(() => _leases.Waits.Any(wait => wait.Job == new JobId(job)), Patience));
        return waiting;
    }

    /// <summary>A thread that waits for a drive.</summary>
    private sealed class Waiting
    {
        private readonly Thread _thread;
        private DriveLease? _lease;
        private Exception? _failure;

        public Waiting(Func<DriveLease> take)
        {
            _thread = new Thread(() =>
            {
                try
                {
                    _lease = take();
                }
                catch (VolumeException e)
                {
                    _failure = e;
                }
            }) { IsBackground = true };
            _thread.Start();
        }

        public DriveLease End()
        {
            Assert.True(_thread.Join(Patience));
            return _lease ?? throw new InvalidOperationException("it got no drive", _failure);
        }

        public Exception? Failure()
        {
            Assert.True(_thread.Join(Patience));
            return _failure;
        }
    }

    /// <summary>A library without moving parts, which notes what was brought where.</summary>
    private sealed class Shelf(int drives, params string[] media) : IDriveSource
    {
        private readonly string?[] _in = new string?[drives];

        public List<string> Opened { get; } = [];
        public int Drives => drives;
        public IReadOnlyList<string>? Media => media;
        public IReadOnlyList<SlotStatus> Slots => [];
        public BlockSizeRange BlockSizes => BlockSizeRange.Any;
        public string? MediumIn(int drive) => _in[drive];

        public IDrive Open(int drive, string medium, long capacityBytes)
        {
            if (!media.Contains(medium)) throw new VolumeException($"volume {medium} is not here");
            lock (Opened) Opened.Add($"{drive}: {medium}");
            _in[drive] = medium;
            return new MemoryDrive();
        }

        public void Dispose()
        {
        }
    }
}
