using System.Globalization;

namespace Backup.Messages.Drives;

/// <summary>How a write of one block or of filemarks ended. The cases are those of the Linux tape driver.</summary>
public enum WriteOutcome
{
    /// <summary>Taken by the medium (durable only after a filemark that was waited for).</summary>
    Written,

    /// <summary>
    /// ENOSPC: the end is near or reached, and <b>this block is not on the medium</b>: keep it for the next volume, write the marks,
    /// stop.
    /// </summary>
    EndOfMedium,

    /// <summary>Nothing is known of this block, and the position is unknown: read the label again before the next write.</summary>
    Failed,
}

/// <summary>Outcome of a write, with the system's own words where it failed.</summary>
public readonly record struct WriteAnswer(WriteOutcome Outcome, string? Reason = null)
{
    public static readonly WriteAnswer Written = new(WriteOutcome.Written);
    public static readonly WriteAnswer EndOfMedium = new(WriteOutcome.EndOfMedium);
}

public enum ReadOutcome
{
    /// <summary>One block, <see cref="ReadAnswer.Length"/> bytes.</summary>
    Block,

    /// <summary>A filemark was passed over; the position is behind it.</summary>
    Filemark,

    /// <summary>
    /// Nothing was written behind this position. The tape driver says so once by a read of 0 bytes and then by EIO with its end-of-data
    /// bit: here both are this answer, as often as one reads.
    /// </summary>
    EndOfData,

    /// <summary>The block is longer than the buffer and has been passed over (ENOMEM).</summary>
    TooLong,

    /// <summary>A medium error; the position is unchanged, one block forward steps over it.</summary>
    Failed,
}

/// <summary>Outcome of a read.</summary>
public readonly record struct ReadAnswer(ReadOutcome Outcome, int Length = 0, string? Reason = null);

/// <summary>
/// Outcome of a motion: where it did not get all the way, why, in words. <paramref name="MayPass"/>, of a load: it is the drive that is
/// not ready or in use, and nothing is known against the medium; another try later may do.
/// </summary>
public readonly record struct MoveAnswer(bool Moved, string? Reason = null, bool MayPass = false)
{
    public static readonly MoveAnswer Done = new(true);
}

/// <summary>May the medium be written?</summary>
public enum DriveAccess
{
    Read,
    Append,

    /// <summary>Make the medium if it is not there (disk), and write from its beginning.</summary>
    Create,
}

/// <summary>
/// Where the medium stands. <see cref="Block"/> counts blocks and filemarks alike from 0 (as MTIOCPOS does); -1 where unknown: nothing
/// may be written then. <see cref="File"/> counts the filemarks before this position; -1 where unknown, as after a
/// <see cref="IDrive.Locate"/> until the next rewind.
/// </summary>
public readonly record struct DrivePosition(long Block, bool AtBeginning, bool AtEndOfData, int File = -1)
{
    public static readonly DrivePosition Unknown = new(-1, false, false);
}

/// <summary>What a drive says of itself without moving the medium.</summary>
public readonly record struct DriveStatus(bool HasMedium, bool IsWriteProtected);

/// <summary>The lengths of blocks that a drive takes, in bytes.</summary>
public readonly record struct BlockSizeRange(int Min, int Max)
{
    /// <summary>All that a volume may have.</summary>
    public static readonly BlockSizeRange Any = new(1, 4 << 20);

    public bool Has(int bytes) => bytes >= Min && bytes <= Max;

    /// <summary>"1-245760", as the tape driver says it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Min}-{Max}");
}

/// <summary>
/// A drive with one medium: opaque blocks and filemarks, nothing else. A block is at most 4 MiB; the first block of a medium at most
/// 64 KiB. Writing anywhere ends the data there. One thread at a time; every call is synchronous.
/// Buffers given to <see cref="Write"/> are 4 KiB aligned (<see cref="AlignedBuffer"/>), so that direct I/O works.
/// </summary>
public interface IDrive : IDisposable
{
    /// <summary>The drive's name in words for messages ("disk ./var/volumes").</summary>
    string Name { get; }

    /// <summary>
    /// Opens the medium of that name (disk: a file of the folder) and stands at its beginning. A reason in words where it cannot.
    /// </summary>
    MoveAnswer Load(string medium, DriveAccess access);

    /// <summary>Closes the medium; every error of the close is reported. Unloading an empty drive is done at once.</summary>
    MoveAnswer Unload();

    /// <summary>
    /// Sets the volume's block size after the first block (the label) is known; every later block is at most this long.
    /// Disk: the distance from block to block. Tape: the limit of a read.
    /// </summary>
    void SetBlockSize(int bytes);

    /// <summary>What blocks it takes: any, where its medium sets no limits. A volume of others is refused before it is touched.</summary>
    BlockSizeRange BlockSizes => BlockSizeRange.Any;

    DrivePosition Position { get; }

    /// <summary>A medium is loaded and still there; it may not be written (its tab, or its file's mode).</summary>
    DriveStatus Status { get; }

    /// <summary>Bytes of blocks that the medium is made for, as far as the drive knows; null where it has no end of its own.</summary>
    long? Capacity => null;

    WriteAnswer Write(ReadOnlySpan<byte> block);

    /// <summary>Writes filemarks and waits until all that was written before them is on stable storage; 0 marks only waits.</summary>
    WriteAnswer WriteFilemarks(int count);

    ReadAnswer Read(Span<byte> buffer);

    /// <summary>To the beginning. The only motion that is taken where a reset or a change of the medium has lost the position.</summary>
    MoveAnswer Rewind();

    /// <summary>
    /// To the block of that number; beyond the data it stops at the end of data and says so. The file number is not known then.
    /// </summary>
    MoveAnswer Locate(long block);

    /// <summary>
    /// Behind the next <paramref name="count"/> filemarks, or, negative, before the ones behind. Where there are fewer it stops at the end
    /// of data or at the beginning and says so.
    /// </summary>
    MoveAnswer SpaceFilemarks(int count);

    /// <summary>
    /// Over <paramref name="count"/> blocks, back where it is negative; also over those that cannot be read. A filemark ends the motion on
    /// its far side (behind it, or before it on the way back), end of data and beginning end it there: each is said.
    /// </summary>
    MoveAnswer SpaceBlocks(int count);

    MoveAnswer SpaceToEndOfData();
}
