using Backup.Devices.Linux;
using Backup.Messages.Drives;

namespace Backup.Devices.Drives.Disk;

/// <summary>
/// A folder as a drive: a medium is a file of that name. Block n has a place of its own: the first at byte 0, block n at
/// 65536 + (n-1) × block size. A short block leaves the rest of its place unwritten; a filemark takes a place and begins with
/// <see cref="Filemark"/>. The end of data is the end of the file.
/// </summary>
public sealed partial class DiskDrive : IDrive
{
    /// <summary>The place of the first block, bytes.</summary>
    public const int FirstPlace = 64 * 1024;
    public const int BlockSizeMax = 4 * 1024 * 1024;
    private const int Alignment = 4096;
    private const int VolumeNameMax = 127;
    private const string NotLoaded = "no volume is loaded";
    private const string PositionUnknown = "the position is unknown after a failed write: rewind and read the label first";
    private const string NoBlockSize = "the block size is not set: read the label first";

    private readonly DiskDriveOptions _options;
    private readonly byte[] _mark = new byte[Alignment];
    private readonly byte[] _peek = new byte[Alignment];
    private VolumeFile? _volume;
    private string _volumeName = "";
    private DriveAccess _access;
    private int _blockSize;
    private long _block;
    private int _fileNumber;
    private bool _endSignalled;
    private string? _unproven;

    public DiskDrive(DiskDriveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Filemark.CopyTo(_mark);
    }

    /// <summary>The sixteen bytes a filemark begins with.</summary>
    public static ReadOnlySpan<byte> Filemark => "BACKUP FILEMARK\n"u8;

    public string Name => $"disk {_options.Folder}";

    public DrivePosition Position => _volume is null || _block < 0
        ? DrivePosition.Unknown
        : new DrivePosition(_block, _block == 0, _block == EndOfData(), _fileNumber);

    /// <summary>A folder's volumes have no tab: what the file's mode forbids, loading says.</summary>
    public DriveStatus Status => new(_volume is not null, false);

    public long? Capacity => _options.Capacity;

    public MoveAnswer Load(string medium, DriveAccess access)
    {
        if (_volume is not null) return new(false, $"{Name}: volume {_volumeName} is loaded; unload it first");
        if (!IsVolumeName(medium))
            return new(false, $"'{medium}' is no volume name: a volume name has up to {VolumeNameMax} letters, digits, "
                + "'-', '_', '.' and ':', and does not begin with '.'");
        _volume = VolumeFile.Open(_options.Folder, medium, access, out MoveAnswer answer, _options.SyncFolder);
        if (_volume is null) return answer;
        (_volumeName, _access, _block, _fileNumber, _blockSize, _endSignalled, _unproven) = (medium, access, 0, 0, 0, false, null);
        return MoveAnswer.Done;
    }

    public MoveAnswer Unload()
    {
        if (_volume is not { } volume) return MoveAnswer.Done;
        _volume = null;
        int sync = volume.Sync();
        int close = volume.Close();
        int error = sync != 0 ? sync : close;
        return error == 0 ? MoveAnswer.Done : new(false, $"volume {_volumeName}: closing failed: {Errno.Words(error)}");
    }

    public void SetBlockSize(int bytes)
    {
        if (bytes is < Alignment or > BlockSizeMax || bytes % Alignment != 0)
            throw new ArgumentOutOfRangeException(
                nameof(bytes), $"a block size of {bytes} is no multiple of {Alignment} up to {BlockSizeMax}");
        _blockSize = bytes;
    }

    public WriteAnswer Write(ReadOnlySpan<byte> block)
    {
        if (Fault(writes: true) is { } fault) return new(WriteOutcome.Failed, fault);
        if (block.IsEmpty || block.Length > PlaceSize(_block) || block.StartsWith(Filemark))
            return new(WriteOutcome.Failed, $"volume {_volumeName}: block {_block} with {block.Length} bytes cannot be written: "
                + $"a block has 1 to {PlaceSize(_block)} bytes and is no filemark");
        if (ReachesEnd(block.Length) && !_endSignalled)
        {
            _endSignalled = true;
            return WriteAnswer.EndOfMedium;
        }
        return WritePlace(block);
    }

    public WriteAnswer WriteFilemarks(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (Fault(writes: count > 0 || _unproven is not null) is { } fault) return new(WriteOutcome.Failed, fault);
        for (int i = 0; i < count; i++)
        {
            if (WritePlace(_mark) is { Outcome: not WriteOutcome.Written } answer) return answer;
            if (_fileNumber >= 0) _fileNumber++;
        }
        int error = _volume!.Sync();
        return error == 0 ? WriteAnswer.Written : Fail(error, "waiting for stable storage");
    }

    public ReadAnswer Read(Span<byte> buffer)
    {
        if (Fault(writes: false) is { } fault) return new(ReadOutcome.Failed, 0, fault);
        if (_block >= EndOfData()) return new(ReadOutcome.EndOfData);
        long place = Math.Min(PlaceSize(_block), _volume!.Length - Offset(_block));
        Span<byte> target = buffer.Length >= Alignment ? buffer : _peek;
        if (target.Length > place) target = target[..(int)place];
        int error = _volume.Read(target, Offset(_block), out int count);
        if (error != 0) return new(ReadOutcome.Failed, 0, $"volume {_volumeName}: reading block {_block}: {Errno.Words(error)}");
        ReadOnlySpan<byte> got = target[..count];
        if (count == 0) return new(ReadOutcome.EndOfData); // another program cut the file meanwhile
        _block++;
        if (got.StartsWith(Filemark))
        {
            if (_fileNumber >= 0) _fileNumber++;
            return new(ReadOutcome.Filemark);
        }
        int told = _options.BlockLength(got);
        // A torn block says more than there is: what there is goes up, where its checksum finds it out.
        long length = told is < 1 || told > place ? place : told;
        if (length > buffer.Length) return new(ReadOutcome.TooLong);
        if (!got.Overlaps(buffer)) got[..(int)length].CopyTo(buffer);
        return new(ReadOutcome.Block, (int)length);
    }

    public MoveAnswer Rewind() => Move(() => 0);

    public MoveAnswer SpaceToEndOfData() => Move(EndOfData);

    public MoveAnswer Locate(long block)
    {
        if (block < 0) return new(false, $"volume {_volumeName}: there is no block {block}");
        MoveAnswer answer = Move(() => Math.Min(block, EndOfData()));
        return answer.Moved && _block < block
            ? new(false, $"volume {_volumeName}: block {block} is behind the end of data at block {_block}")
            : answer;
    }

    public void Dispose() => Unload();

    private MoveAnswer Move(Func<long> target)
    {
        if (_volume is null) return new(false, NotLoaded);
        if (_blockSize == 0 && _volume.Length > FirstPlace && target() != 0) return new(false, NoBlockSize);
        _block = target();
        _fileNumber = _block == 0 ? 0 : -1;
        return MoveAnswer.Done;
    }

    private string? Fault(bool writes) =>
        _volume is null ? NotLoaded
        : writes && _access == DriveAccess.Read ? $"volume {_volumeName} was loaded for reading only"
        : writes && _unproven is not null ? _unproven
        : _block < 0 ? PositionUnknown
        : _block > 0 && _blockSize == 0 ? NoBlockSize
        : null;

    private WriteAnswer WritePlace(ReadOnlySpan<byte> bytes)
    {
        long end = Offset(_block) + bytes.Length;
        if (end > _options.Capacity + DiskDriveOptions.TrailerReserve)
            return new(WriteOutcome.EndOfMedium, $"volume {_volumeName} is full");
        int error = _volume!.Write(bytes, Offset(_block));
        if (Errno.IsFull(error))
            return new(WriteOutcome.EndOfMedium,
                $"volume {_volumeName}: the file system of {_options.Folder} is full: {Errno.Words(error)}");
        if (error != 0) return Fail(error, $"writing block {_block}");
        _block++;
        return WriteAnswer.Written;
    }

    /// <summary>
    /// The system may have dropped pages that it took before, and says so only once:
    /// reading goes on behind a rewind, writing behind a new load.
    /// </summary>
    private WriteAnswer Fail(int error, string doing)
    {
        _block = -1;
        _unproven = $"volume {_volumeName}: {doing}: {Errno.Words(error)}; load it again and read its label before the next write";
        return new(WriteOutcome.Failed, _unproven);
    }

    private bool ReachesEnd(int length)
    {
        bool reaches = Offset(_block) + length > _options.Capacity;
        if (!reaches) _endSignalled = false;
        return reaches;
    }

    private int PlaceSize(long block) => block == 0 ? FirstPlace : _blockSize;

    private long Offset(long block) => block == 0 ? 0 : FirstPlace + (block - 1) * _blockSize;

    /// <summary>The number of places begun; without a block size the first one only can be told.</summary>
    private long EndOfData() => _volume!.Length switch
    {
        0 => 0,
        <= FirstPlace => 1,
        var length => _blockSize == 0 ? long.MaxValue : 1 + (length - FirstPlace + _blockSize - 1) / _blockSize,
    };

    private static bool IsVolumeName(string name) =>
        name.Length is > 0 and <= VolumeNameMax && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
