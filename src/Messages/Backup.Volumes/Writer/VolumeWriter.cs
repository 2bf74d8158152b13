using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Labels;

namespace Backup.Volumes.Writer;

/// <summary>What did not fit on a full volume: records of its sessions, for the writer of the next. Opaque.</summary>
public sealed class Remainder
{
}

/// <summary>
/// Writes one volume through a drive. Throws <see cref="VolumeException"/> where the medium fails or is not the one asked for; after one the writer
/// only takes <see cref="Dispose"/>. A position is reported only after a filemark that was waited for. One thread at a time. Disposing without Close
/// leaves the volume as a crash would; the drive is the caller's.
/// </summary>
public sealed class VolumeWriter : IDisposable
{
    public VolumeLabel VolumeLabel => throw new NotSupportedException();

    /// <summary>What opening cut off or found, in words; empty where the volume ended well.</summary>
    public string Recovered => throw new NotSupportedException();

    public VolumeCounts Counts => throw new NotSupportedException();

    /// <summary>Bytes in blocks on this volume, those not committed yet included.</summary>
    public long BytesWritten => throw new NotSupportedException();

    /// <summary>Labels the medium (a file or cartridge of the label's name): text, label, format description, one filemark. Whatever it held is gone.</summary>
    public static void Label(IDrive drive, VolumeLabel label) => throw new NotSupportedException();

    /// <summary>Loads the volume, checks its label, finds the end of its data and cuts a torn tail back to the last commit point.</summary>
    public static VolumeWriter OpenForAppend(IDrive drive, string name, VolumeLifeId? life, TimeProvider clock) => throw new NotSupportedException();

    /// <summary>A session begins on this volume, attempt 1 from its start.</summary>
    public void StartSession(SessionLabel label) => throw new NotSupportedException();

    /// <summary>A session goes on here from a position, as a further attempt or from another volume.</summary>
    public void ContinueSession(Continuation continuation) => throw new NotSupportedException();

    /// <summary>What the volume before this one could not take: its sessions go on here.</summary>
    public StoreOutcome Take(Remainder remainder) => throw new NotSupportedException();

    /// <summary>Takes whole records of one session; throws <see cref="SequenceException"/> where they do not follow without a gap.</summary>
    public StoreOutcome Append(SessionId session, int attempt, ReadOnlySpan<byte> frame) => throw new NotSupportedException();

    /// <summary>Session's end, on the volume with the next commit. Counts and position are the writer's own.</summary>
    public SessionEnd EndSession(SessionId session, SessionSeal seal, Instant ended) => throw new NotSupportedException();

    /// <summary>Makes everything taken so far durable: blocks, index segment, filemark.</summary>
    public CommitResult Commit(Instant now) => throw new NotSupportedException();

    /// <summary>After EndOfMedium: writes index and filemark for what is on the volume, closes it, and hands over the rest.</summary>
    public FinishResult Finish(Instant now) => throw new NotSupportedException();

    /// <summary>Commits and, where the volume is to take no more, marks it full.</summary>
    public CommitResult Close(Instant now, bool full) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
