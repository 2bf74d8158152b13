using Backup.Devices.Linux;
using Backup.Messages.Drives;
using Backup.Messages.Ids;

namespace Backup.Devices.Drives.VirtualTape;

/// <summary>
/// A tape drive whose cartridge is a file, with the answers that the Linux tape driver was measured to give. A medium is asked for by its
/// bar code; its file is <c>BARCODE.cartridge</c>, and a file <c>BARCODE.protected</c> beside it is its write-protect tab.
/// </summary>
public sealed partial class VirtualTape : IDrive
{
    public const string CartridgeEnding = ".cartridge";
    public const string ProtectEnding = ".protected";
    private const string NoMedium = "ENOMEDIUM (no cartridge is loaded)";

    private readonly VirtualTapeOptions _options;
    private readonly TapeFaults _faults;
    private CartridgeFile? _cartridge;
    private string _barCode = "";
    private DriveAccess _access;
    private long _place;
    private int _fileNumber;
    private bool _isLost; // after a failed write: any motion finds the position again
    private string? _untilRewind; // after a reset or a change of the cartridge
    private bool _endIsNear; // the last write was behind the early warning: the next one is refused
    private bool _wroteLast;
    private long _writes;
    private long _marks;

    public VirtualTape(VirtualTapeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, VirtualTapeOptions.CapacityMin);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Reserve);
        (_options, _faults) = (options, options.Faults);
    }

    public string Name => $"virtual tape {_options.Number} of {_options.Folder}";

    public DrivePosition Position => !IsSeated() || _isLost || _untilRewind is not null
        ? DrivePosition.Unknown
        : new DrivePosition(_place, _place == 0, _cartridge!.At(_place) == PlaceKind.Nothing, _fileNumber);

    public BlockSizeRange BlockSizes => _options.BlockSizes;

    public DriveStatus Status => new(IsSeated(), _cartridge is not null && IsProtected(_barCode));

    /// <summary>Those of its file up to the early warning: what its frames take besides, it does not know.</summary>
    public long? Capacity => _cartridge is null ? null : EarlyWarning;

    public MoveAnswer Load(string medium, DriveAccess access)
    {
        if (_cartridge is not null) return new(false, $"{Name}: cartridge {_barCode} is loaded; unload it first");
        if (!IsBarCode(medium))
            return new(false, $"'{medium}' is no bar code: it has up to {CartridgeFormat.BarCodeMax} letters, digits, '-', '_' and '.', "
                + "and does not begin with '.'");
        if (_options.Seat is { } seat && seat() is var there && there != medium)
            return there is null
                ? new(false, $"{Name}: {NoMedium}: the drive is empty", MayPass: true)
                : new(false, $"{Name} holds {there} and not {medium}");
        _faults.Wait(TapeMotion.Load);
        if (_faults.FailsToOpen()) return new(false, $"{Name}: EBUSY (Device or resource busy)", MayPass: true);
        MoveAnswer answer = Open(medium, access);
        return answer.Moved ? answer : answer with { Reason = $"{Name}: {answer.Reason}" };
    }

    /// <summary>As the driver's close: where the last thing written was a block, a filemark goes behind it.</summary>
    public MoveAnswer Unload()
    {
        if (_cartridge is not { } cartridge) return MoveAnswer.Done;
        bool isSeated = IsSeated();
        string? unproven = isSeated ? _untilRewind : $"cartridge {_barCode} was taken from the drive";
        string? mark = unproven is null && _wroteLast && WriteFilemarks(1) is { Outcome: not WriteOutcome.Written } answer
            ? answer.Reason ?? "the tape has no room for the filemark"
            : null;
        _cartridge = null;
        if (!isSeated) cartridge.Drop();
        int error = isSeated ? cartridge.Close() : 0;
        _faults.Wait(TapeMotion.Unload);
        if (_faults.FailsToClose()) error = Errno.InputOutput;
        return (unproven is null || !_wroteLast) && mark is null && error == 0
            ? MoveAnswer.Done
            : new(false, $"cartridge {_barCode}: closing failed: {mark ?? unproven ?? Errno.Words(error)}");
    }

    /// <summary>Blocks are as long as they are written; the limit of a read is the buffer.</summary>
    public void SetBlockSize(int bytes) => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);

    public WriteAnswer Write(ReadOnlySpan<byte> block)
    {
        if (WriteFault() is { } fault) return new(WriteOutcome.Failed, fault);
        if (block.Length < BlockSizes.Min || block.Length > Math.Min(BlockSizes.Max, CartridgeFormat.BlockSizeMax))
            return new(WriteOutcome.Failed, $"cartridge {_barCode}: EINVAL: a block of {block.Length} bytes; the drive takes {BlockSizes}");
        _faults.Wait(TapeMotion.Write);
        if (_faults.FailingWrites.Contains(++_writes)) return Fail($"writing place {_place}: EIO (Input/output error)");
        long reaches = _cartridge!.Reaches(_place, block.Length);
        if (reaches > PhysicalEnd) return WriteAnswer.EndOfMedium;
        if (_endIsNear)
        {
            _endIsNear = false;
            return WriteAnswer.EndOfMedium;
        }
        WriteAnswer answer = Put(block);
        if (answer.Outcome == WriteOutcome.Written) _endIsNear = reaches > EarlyWarning;
        return answer;
    }

    public WriteAnswer WriteFilemarks(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0 && ReadFault() is { } still) return new(WriteOutcome.Failed, still);
        if (count > 0 && WriteFault() is { } fault) return new(WriteOutcome.Failed, fault);
        if (count > 0 && _faults.FailingMarks.Contains(++_marks))
            return Fail($"writing a filemark at place {_place}: EIO (Input/output error)");
        for (int i = 0; i < count; i++)
        {
            if (_cartridge!.Reaches(_place, 0) > PhysicalEnd) return WriteAnswer.EndOfMedium;
            if (Put([]) is { Outcome: not WriteOutcome.Written } answer) return answer;
        }
        int error = _cartridge!.Sync();
        return error == 0 ? WriteAnswer.Written : Fail($"waiting for stable storage: {Errno.Words(error)}");
    }

    public ReadAnswer Read(Span<byte> buffer)
    {
        if (ReadFault() is { } fault) return new(ReadOutcome.Failed, 0, fault);
        _wroteLast = false;
        _faults.Wait(TapeMotion.Read);
        PlaceKind kind = _cartridge!.At(_place);
        if (kind == PlaceKind.Nothing) return new(ReadOutcome.EndOfData, 0, _cartridge.TornTail);
        if (kind == PlaceKind.Flaw || _faults.BadPlaces.Contains(_place)) return Unreadable("EIO (Input/output error)");
        if (kind == PlaceKind.Mark)
        {
            PassMark(1);
            return new(ReadOutcome.Filemark);
        }
        int length = _cartridge.LengthOf(_place);
        if (length <= buffer.Length && _cartridge.Read(_place, buffer[..length]) is { } damage) return Unreadable(damage);
        _place++;
        return length <= buffer.Length ? new(ReadOutcome.Block, length) : new(ReadOutcome.TooLong);
    }

    /// <summary>
    /// The drive was reset, or its power went: what it had not written out is lost, of which <paramref name="kept"/> bytes came on the tape
    /// all the same. Everything is refused until a rewind.
    /// </summary>
    public void CutPower(long kept = 0)
    {
        int error = _cartridge?.LoseBuffer(kept) ?? 0;
        if (error != 0) throw new IOException($"cartridge {_barCode}: {Errno.Words(error)}");
        if (_cartridge is not null) Reopen(_barCode);
        Reset();
    }

    /// <summary>The drive was reset (unit attention): everything is refused until a rewind. What it took stays.</summary>
    public void Reset()
    {
        if (_cartridge is not null) _untilRewind = "EIO: the drive was reset and the position is lost: rewind and read the label first";
    }

    public void Dispose() => Unload();

    /// <summary>Sets or takes away a cartridge's write-protect tab; a loaded one is not written from the next write on.</summary>
    public static void Protect(string folder, string barCode, bool isProtected)
    {
        if (!IsBarCode(barCode)) throw new ArgumentException($"'{barCode}' is no bar code", nameof(barCode));
        string tab = Path.Combine(folder, barCode + ProtectEnding);
        if (isProtected) File.WriteAllBytes(tab, []);
        else File.Delete(tab);
        FolderSync.Sync(folder);
    }

    /// <summary>May a cartridge be called so?</summary>
    public static bool IsBarCode(string? text) =>
        text is { Length: > 0 and <= CartridgeFormat.BarCodeMax } && text[0] != '.'
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private long EarlyWarning => Math.Min(_faults.EarlyWarningAt ?? long.MaxValue, _cartridge!.Header.Capacity);

    private long PhysicalEnd =>
        Math.Min(_faults.PhysicalEndAt ?? long.MaxValue, _cartridge!.Header.Capacity + _cartridge.Header.Reserve);

    private bool IsProtected(string barCode) => File.Exists(Path.Combine(_options.Folder, barCode + ProtectEnding));

    private MoveAnswer Open(string barCode, DriveAccess access)
    {
        if (access != DriveAccess.Read && IsProtected(barCode))
            return new(false, $"EROFS: cartridge {barCode} is write protected");
        bool mayMake = _options.Seat is not null || access == DriveAccess.Create;
        CartridgeHeader? fresh = mayMake && _options.Entropy is { } entropy
            ? new CartridgeHeader(entropy.NewGuid(), _options.Capacity, _options.Reserve, barCode)
            : null;
        _cartridge = CartridgeFile.Open(_options.Folder, barCode + CartridgeEnding, access, fresh, out MoveAnswer answer);
        if (_cartridge is null) return answer;
        (_barCode, _access, _place, _fileNumber) = (barCode, access, 0, 0);
        (_isLost, _untilRewind, _endIsNear, _wroteLast) = (false, null, false, false);
        return MoveAnswer.Done;
    }

    private MoveAnswer Reopen(string barCode)
    {
        _cartridge!.Drop();
        _cartridge = null;
        return Open(barCode, _access);
    }

    private WriteAnswer Put(ReadOnlySpan<byte> block)
    {
        int error = _cartridge!.Write(_place, block);
        if (Errno.IsFull(error))
            return new(WriteOutcome.EndOfMedium,
                $"cartridge {_barCode}: the file system of {_options.Folder} is full: {Errno.Words(error)}");
        if (error != 0) return Fail($"writing place {_place}: {Errno.Words(error)}");
        _place++;
        if (block.IsEmpty && _fileNumber >= 0) _fileNumber++;
        _wroteLast = !block.IsEmpty;
        return WriteAnswer.Written;
    }

    private WriteAnswer Fail(string what)
    {
        _isLost = true;
        _wroteLast = false;
        return new(WriteOutcome.Failed, $"cartridge {_barCode}: {what}");
    }

    private ReadAnswer Unreadable(string why) => new(ReadOutcome.Failed, 0, $"cartridge {_barCode}: reading place {_place}: {why}");
}
