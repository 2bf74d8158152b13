using System.Buffers.Binary;
using Backup.Messages.Ids;
using Backup.Volumes.Records;

namespace Backup.Volumes.Blocks;

/// <summary>Where a piece of a record stands in it: both flags, a whole record.</summary>
[Flags]
public enum FragmentFlags : ushort
{
    None = 0,
    First = 1,
    Last = 2,
}

/// <summary>
/// A run in a block's payload: 24 bytes, little-endian: session 16 bytes, attempt 32, length of its fragments in bytes 32.
/// </summary>
public readonly record struct RunHeader(SessionId Session, int Attempt, int Length)
{
    public const int Size = 24;

    public void Write(Span<byte> bytes)
    {
        Session.Write(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], Length);
    }

    public static RunHeader Read(ReadOnlySpan<byte> bytes) => new(
        SessionId.Read(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]));
}

/// <summary>
/// A fragment in a run: 8 bytes, little-endian: length 32, flags 16, part number from 0 16; then its bytes of the record.
/// </summary>
public readonly record struct FragmentHeader(int Length, FragmentFlags Flags, ushort Part)
{
    public const int Size = 8;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Part);
    }

    public static FragmentHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (FragmentFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]));
}

/// <summary>
/// Goes over the fragments of a block's payload, run by run. Throws <see cref="VolumeFormatException"/> where lengths do not fit.
/// </summary>
public ref struct FragmentCursor(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _payload = payload;
    private ReadOnlySpan<byte> _run;

    public RunHeader Run { get; private set; }
    public FragmentHeader Fragment { get; private set; }
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool Next()
    {
        while (_run.IsEmpty)
        {
            if (_payload.IsEmpty) return false;
            if (_payload.Length < RunHeader.Size) throw new VolumeFormatException("a run in a block is cut off");
            Run = RunHeader.Read(_payload);
            _payload = _payload[RunHeader.Size..];
            if ((uint)Run.Length > (uint)_payload.Length) throw new VolumeFormatException("a run in a block is longer than the block");
            _run = _payload[..Run.Length];
            _payload = _payload[Run.Length..];
        }
        if (_run.Length < FragmentHeader.Size) throw new VolumeFormatException("a fragment in a block is cut off");
        Fragment = FragmentHeader.Read(_run);
        _run = _run[FragmentHeader.Size..];
        if ((uint)Fragment.Length > (uint)_run.Length) throw new VolumeFormatException("a fragment in a block is longer than its run");
        Bytes = _run[..Fragment.Length];
        _run = _run[Fragment.Length..];
        return true;
    }
}
