using Backup.Actors.Storage.Drives;
using Backup.Messages.Drives;
using Backup.Messages.Storages;
using Backup.TestKit.Media;

namespace Backup.Tests.Actors;

public sealed class StatusDuringMotionTests : IDisposable
{
    private readonly StorageBench _bench = new();
    private readonly ManualResetEventSlim _goOn = new();

    public void Dispose()
    {
        _goOn.Set();
        _bench.Dispose();
        _goOn.Dispose();
    }

    [Fact]
    [Trait("Req", "STA-05")]
    public void The_status_is_told_while_the_drive_rewinds()
    {
        using var moving = new ManualResetEventSlim();
        _bench.Change = settings => settings with
        {
            StopWithin = TimeSpan.Zero, Drives = new FolderDrives(_ => new SlowDrive(new MemoryDrive(), moving, _goOn)),
        };
        _bench.StartAgain();
        OpenStoreSession order = _bench.Order(1);
        _bench.Engine.Take(order);
        Assert.True(moving.Wait(StorageBench.Patience));

        StorageStatus status = _bench.Engine.Status;
        Assert.Equal(("storing", order.Label.Session), (status.State, Assert.Single(status.Sessions).Session));
        _goOn.Set();
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionOpened>().Session);
    }

    /// <summary>A drive whose medium goes to its beginning for as long as a test wants.</summary>
    private sealed class SlowDrive(MemoryDrive drive, ManualResetEventSlim moving, ManualResetEventSlim goOn) : IDrive
    {
        public string Name => drive.Name;
        public DrivePosition Position => drive.Position;
        public DriveStatus Status => drive.Status;

        public MoveAnswer Load(string medium, DriveAccess access)
        {
            Rewinds();
            return drive.Load(medium, access);
        }

        public MoveAnswer Rewind()
        {
            Rewinds();
            return drive.Rewind();
        }

        public MoveAnswer Unload() => drive.Unload();
        public void SetBlockSize(int bytes) => drive.SetBlockSize(bytes);
        public WriteAnswer Write(ReadOnlySpan<byte> block) => drive.Write(block);
        public WriteAnswer WriteFilemarks(int count) => drive.WriteFilemarks(count);
        public ReadAnswer Read(Span<byte> buffer) => drive.Read(buffer);
        public MoveAnswer Locate(long block) => drive.Locate(block);
        public MoveAnswer SpaceFilemarks(int count) => drive.SpaceFilemarks(count);
        public MoveAnswer SpaceBlocks(int count) => drive.SpaceBlocks(count);
        public MoveAnswer SpaceToEndOfData() => drive.SpaceToEndOfData();
        public void Dispose() => drive.Dispose();

        private void Rewinds()
        {
            moving.Set();
            goOn.Wait();
        }
    }
}
