using Backup.Devices.Drives.Disk;
using Backup.Devices.Linux;
using Backup.Messages.Drives;
using Backup.Messages.Values;

namespace Backup.Devices.Drives.VirtualTape;

/// <summary>What stands at a place of a cartridge.</summary>
internal enum PlaceKind
{
    Block,
    Mark,

    /// <summary>Its frame cannot be read: a flaw of the medium.</summary>
    Flaw,
    Nothing,
}

/// <summary>
/// One open, locked cartridge file and the index of its places, which is found from the frames themselves as far as it is needed. What is
/// behind the last whole frame is no data. One thread.
/// </summary>
internal sealed class CartridgeFile
{
    private const int FlawLength = -1;
    private const int SearchBytes = 64 * 1024;

    private readonly VolumeFile _file;
    private readonly List<long> _offsets = [];
    private readonly List<int> _lengths = []; // of the block; 0 for a filemark
    private readonly byte[] _header = new byte[CartridgeFormat.FrameHeaderSize];
    private long _frontier; // where the next frame is looked for
    private long _synced;
    private uint _pass = 1;
    private bool _isComplete;

    private CartridgeFile(VolumeFile file, CartridgeHeader header)
    {
        _file = file;
        Header = header;
        _frontier = CartridgeFormat.HeaderSize;
        _synced = file.Length;
    }

    public CartridgeHeader Header { get; }

    /// <summary>Where and why the data end before the file does, or null.</summary>
    public string? TornTail { get; private set; }

    /// <summary>Opens a cartridge; makes it where it is not there and <paramref name="fresh"/> says how it is to be.</summary>
    public static CartridgeFile? Open(string folder, string name, DriveAccess access, CartridgeHeader? fresh, out MoveAnswer answer)
    {
        bool make = fresh is not null && !File.Exists(Path.Combine(folder, name));
        VolumeFile? file = VolumeFile.Open(folder, name, make ? DriveAccess.Create : access, out answer);
        if (file is null) return null;
        CartridgeHeader? header = ReadHeader(file, out string? reason);
        // A kill while it was made leaves a file with no frame: it is made again.
        if (header is null && fresh is not null && file.Length <= CartridgeFormat.HeaderSize && (make || access != DriveAccess.Read))
            header = WriteHeader(file, fresh, out reason);
        if (header is null && access == DriveAccess.Read) header = FromFirstFrame(file);
        if (header is not null) return new CartridgeFile(file, header);
        answer = new(false, $"cartridge {name}: {reason}");
        _ = file.Close();
        return null;
    }

    private static CartridgeHeader? ReadHeader(VolumeFile file, out string? reason)
    {
        var bytes = new byte[CartridgeFormat.HeaderSize];
        int error = file.Read(bytes, 0, out int count);
        if (error == 0) return CartridgeFormat.Parse(bytes.AsSpan(0, count), out reason);
        reason = Errno.Words(error);
        return null;
    }

    /// <summary>With a damaged header what the frames hold is still read: they name the cartridge's id themselves.</summary>
    private static CartridgeHeader? FromFirstFrame(VolumeFile file)
    {
        var bytes = new byte[CartridgeFormat.FrameHeaderSize];
        if (file.Read(bytes, CartridgeFormat.HeaderSize, out int count) != 0 || count < bytes.Length) return null;
        Guid id = CartridgeFormat.IdOf(bytes);
        return CartridgeFormat.TryParse(bytes, id, out CartridgeFrame frame) && frame.Place == 0
            ? new CartridgeHeader(id, 0, 0, "with a damaged header")
            : null;
    }

    private static CartridgeHeader? WriteHeader(VolumeFile file, CartridgeHeader fresh, out string? reason)
    {
        int error = file.Write(CartridgeFormat.Encode(fresh), 0);
        if (error == 0) error = file.Sync();
        reason = error == 0 ? null : $"its header cannot be written: {Errno.Words(error)}";
        return error == 0 ? fresh : null;
    }

    /// <summary>What stands at that place, looking forward as far as it takes.</summary>
    public PlaceKind At(long place) =>
        !Reach(place) ? PlaceKind.Nothing
        : _lengths[(int)place] switch { FlawLength => PlaceKind.Flaw, 0 => PlaceKind.Mark, _ => PlaceKind.Block };

    public int LengthOf(long place) => _lengths[(int)place];

    /// <summary>The number of places, by a look at every frame.</summary>
    public long Count()
    {
        while (!_isComplete) LookFurther();
        return _offsets.Count;
    }

    /// <summary>Bytes of the file that a frame put at this place would reach.</summary>
    public long Reaches(long place, int length) =>
        (Reach(place) ? _offsets[(int)place] : _frontier) + CartridgeFormat.FrameHeaderSize + length;

    /// <summary>The block of that place into the buffer, which is as long as the block; null, or what is wrong with it.</summary>
    public string? Read(long place, Span<byte> block)
    {
        if (ReadAt(_header, _offsets[(int)place]) is { } failed) return failed;
        if (!CartridgeFormat.TryParse(_header, Header.Id, out CartridgeFrame frame) || frame.Place != place || frame.Length != block.Length)
            return "its frame is damaged";
        if (ReadAt(block, _offsets[(int)place] + CartridgeFormat.FrameHeaderSize) is { } cut) return cut;
        return Crc32C.Compute(block) == frame.PayloadCrc ? null : "the checksum does not fit";
    }

    /// <summary>A block, or a filemark where it is empty, at that place; the data end behind it. 0 or the error.</summary>
    public int Write(long place, ReadOnlySpan<byte> block)
    {
        if (place < Count()) CutAt((int)place);
        long offset = _frontier;
        if (offset < _file.Length)
        {
            _pass++; // what a loss of power leaves of the old frames is told from the new ones by it
            _synced = Math.Min(_synced, offset);
        }
        CartridgeFormat.Encode(new CartridgeFrame(place, _pass, block.Length, Crc32C.Compute(block)), Header.Id, _header);
        int error = _file.Write(_header, offset);
        if (error == 0 && !block.IsEmpty) error = _file.Write(block, offset + _header.Length);
        if (error != 0) return error; // the next write begins at the same offset and cuts what this one left
        Append(offset, block.Length);
        TornTail = null;
        return 0;
    }

    public int Sync()
    {
        int error = _file.Sync();
        if (error == 0) _synced = _file.Length;
        return error;
    }

    /// <summary>
    /// What a loss of power may leave: all that was waited for, and of the rest as many bytes as <paramref name="kept"/>.
    /// </summary>
    public int LoseBuffer(long kept)
    {
        long length = Math.Min(_file.Length, _synced + kept);
        return length == _file.Length ? 0 : _file.Cut(length);
    }

    public int Close()
    {
        int sync = _file.Sync(), close = _file.Close();
        return sync != 0 ? sync : close;
    }

    /// <summary>Lets go of the file as a drive does whose cartridge was taken: nothing is waited for.</summary>
    public void Drop() => _ = _file.Close();

    private bool Reach(long place)
    {
        while (!_isComplete && _offsets.Count <= place) LookFurther();
        return place < _offsets.Count;
    }

    private void CutAt(int place)
    {
        _frontier = _offsets[place];
        _offsets.RemoveRange(place, _offsets.Count - place);
        _lengths.RemoveRange(place, _lengths.Count - place);
    }

    private void Append(long offset, int length)
    {
        _offsets.Add(offset);
        _lengths.Add(length);
        _frontier = CartridgeFormat.Align(offset + CartridgeFormat.FrameHeaderSize + length);
    }

    private void LookFurther()
    {
        if (_frontier >= _file.Length) _isComplete = true;
        else if (ReadAt(_header, _frontier) is null && IsNext(_header, _frontier, _offsets.Count, out CartridgeFrame frame))
            Take(_frontier, frame);
        else PassOverFlaw();
    }

    private void Take(long offset, CartridgeFrame frame)
    {
        Append(offset, frame.Length);
        _pass = frame.Pass;
    }

    /// <summary>
    /// A frame that can follow: of this cartridge, not of an older pass, whole, and at most as far on as there is room before it.
    /// </summary>
    private bool IsNext(ReadOnlySpan<byte> bytes, long offset, long furthest, out CartridgeFrame frame) =>
        CartridgeFormat.TryParse(bytes, Header.Id, out frame)
        && frame.Place >= _offsets.Count && frame.Place <= furthest && frame.Pass >= _pass
        && offset + CartridgeFormat.FrameHeaderSize + frame.Length <= _file.Length;

    /// <summary>
    /// No frame where one should be. Where one of a later place follows, those between are flaws of the medium; where none does, the file's
    /// tail was torn and the data end here.
    /// </summary>
    private void PassOverFlaw()
    {
        var bytes = new byte[SearchBytes];
        bool failed = false;
        for (long at = _frontier + CartridgeFormat.Alignment; at < _file.Length; at += SearchBytes)
        {
            if (_file.Read(bytes, at, out int count) != 0)
            {
                failed = true;
                continue;
            }
            for (int i = 0; i + CartridgeFormat.FrameHeaderSize <= count; i += CartridgeFormat.Alignment)
            {
                long furthest = _offsets.Count + (at + i - _frontier) / CartridgeFormat.Alignment;
                if (!IsNext(bytes.AsSpan(i, CartridgeFormat.FrameHeaderSize), at + i, furthest, out CartridgeFrame frame)
                    || frame.Place == _offsets.Count) continue;
                for (long lost = _frontier; _offsets.Count < frame.Place; lost += CartridgeFormat.Alignment)
                {
                    _offsets.Add(lost);
                    _lengths.Add(FlawLength);
                }
                Take(at + i, frame);
                return;
            }
        }
        if (failed) // what cannot be read may be data: it stays, as a flaw, and the next block goes behind it
        {
            _offsets.Add(_frontier);
            _lengths.Add(FlawLength);
            _frontier = CartridgeFormat.Align(_file.Length);
            return;
        }
        _isComplete = true;
        TornTail = $"cartridge {Header.BarCode}: the {_file.Length - _frontier} bytes behind place {_offsets.Count} are no whole frame: "
            + "the data end before them";
    }

    private string? ReadAt(Span<byte> bytes, long offset)
    {
        int error = _file.Read(bytes, offset, out int count);
        return error != 0 ? Errno.Words(error) : count < bytes.Length ? "the file ends within it" : null;
    }
}
