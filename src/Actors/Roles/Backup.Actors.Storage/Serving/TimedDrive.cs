using Backup.Messages.Drives;

namespace Backup.Actors.Storage.Serving;

/// <summary>A drive whose motions and reads are timed, for the report of a restore. One thread.</summary>
internal sealed class TimedDrive(IDrive drive, TimeProvider clock) : IDrive
{
    /// <summary>What moving and reading have taken so far.</summary>
    public TimeSpan Spent { get; private set; }

    public string Name => drive.Name;
    public DrivePosition Position => drive.Position;
    public DriveStatus Status => drive.Status;
    public long? Capacity => drive.Capacity;
    public BlockSizeRange BlockSizes => drive.BlockSizes;

    public MoveAnswer Load(string medium, DriveAccess access)
    {
        long began = clock.GetTimestamp();
        return Ended(drive.Load(medium, access), began);
    }

    public MoveAnswer Unload() => drive.Unload();

    public void SetBlockSize(int bytes) => drive.SetBlockSize(bytes);

    public WriteAnswer Write(ReadOnlySpan<byte> block) => drive.Write(block);

    public WriteAnswer WriteFilemarks(int count) => drive.WriteFilemarks(count);

    public ReadAnswer Read(Span<byte> buffer)
    {
        long began = clock.GetTimestamp();
        return Ended(drive.Read(buffer), began);
    }

    public MoveAnswer Rewind()
    {
        long began = clock.GetTimestamp();
        return Ended(drive.Rewind(), began);
    }

    public MoveAnswer Locate(long block)
    {
        long began = clock.GetTimestamp();
        return Ended(drive.Locate(block), began);
    }

    public MoveAnswer SpaceFilemarks(int count)
    {
        long began = clock.GetTimestamp();
        return Ended(drive.SpaceFilemarks(count), began);
    }

    public MoveAnswer SpaceBlocks(int count)
    {
        long began = clock.GetTimestamp();
        return Ended(drive.SpaceBlocks(count), began);
    }

    public MoveAnswer SpaceToEndOfData()
    {
        long began = clock.GetTimestamp();
        return Ended(drive.SpaceToEndOfData(), began);
    }

    public void Dispose() => drive.Dispose();

    private TAnswer Ended<TAnswer>(TAnswer answer, long began)
    {
        Spent += clock.GetElapsedTime(began);
        return answer;
    }
}
