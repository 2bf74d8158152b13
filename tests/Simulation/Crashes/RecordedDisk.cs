using Backup.Devices.Drives.Disk;
using Backup.Messages.Drives;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// A disk drive of the product over a folder, whose files are looked at after each call: what differs was written by it. A call that
/// waits for stable storage is a sync of the file; the folder's names are waited for where the drive says so. One medium at a time, as
/// the drive.
/// </summary>
internal sealed class RecordedDisk(string folder, long capacity, DiskLog log) : IDrive
{
    private readonly DiskDrive _drive = new(
        new DiskDriveOptions(folder, BlockCodec.LengthOf)
        {
            Capacity = capacity > 0 ? capacity : null,
            SyncFolder = _ =>
            {
                log.Add(DiskVerb.SyncNames, "");
                return 0;
            },
        });
    private string _medium = "";
    private byte[] _known = [];
    private bool _writes;

    public string Name => _drive.Name;
    public DrivePosition Position => _drive.Position;
    public DriveStatus Status => _drive.Status;
    public void SetBlockSize(int bytes) => _drive.SetBlockSize(bytes);
    public ReadAnswer Read(Span<byte> buffer) => _drive.Read(buffer);
    public MoveAnswer Rewind() => _drive.Rewind();
    public MoveAnswer Locate(long block) => _drive.Locate(block);
    public MoveAnswer SpaceToEndOfData() => _drive.SpaceToEndOfData();
    public MoveAnswer SpaceFilemarks(int count) => _drive.SpaceFilemarks(count);
    public MoveAnswer SpaceBlocks(int count) => _drive.SpaceBlocks(count);

    public MoveAnswer Load(string medium, DriveAccess access)
    {
        string path = Path.Combine(folder, medium);
        bool isNew = !File.Exists(path);
        _known = isNew ? [] : LifeFolder.Read(folder, medium);
        (_medium, _writes) = (medium, access != DriveAccess.Read);
        MoveAnswer answer = _drive.Load(medium, access);
        if (isNew && answer.Moved) log.Add(DiskVerb.Create, medium);
        Look();
        return answer;
    }

    public MoveAnswer Unload()
    {
        MoveAnswer answer = _drive.Unload();
        Look();
        if (answer.Moved && _writes) log.Add(DiskVerb.Sync, _medium);
        _writes = false;
        return answer;
    }

    public WriteAnswer Write(ReadOnlySpan<byte> block)
    {
        WriteAnswer answer = _drive.Write(block);
        Look();
        return answer;
    }

    public WriteAnswer WriteFilemarks(int count)
    {
        WriteAnswer answer = _drive.WriteFilemarks(count);
        Look();
        if (answer.Outcome == WriteOutcome.Written) log.Add(DiskVerb.Sync, _medium);
        return answer;
    }

    public void Dispose() => Unload();

    private void Look()
    {
        if (!_writes) return;
        byte[] now = LifeFolder.Read(folder, _medium);
        int same = now.AsSpan().CommonPrefixLength(_known);
        if (same < _known.Length) log.Add(DiskVerb.Truncate, _medium, same);
        if (same < now.Length) log.Add(DiskVerb.Write, _medium, same, now.AsSpan(same));
        _known = now;
    }
}
