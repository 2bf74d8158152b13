using Backup.Messages.Drives;
using Backup.Messages.Values;
using Backup.Volumes.Labels;

namespace Backup.Volumes.Writer;

/// <summary>How a volume ends: full, or put away.</summary>
public sealed partial class VolumeWriter
{
    /// <summary>After EndOfMedium: writes index and filemark for what is on the volume, closes it, and hands over the rest.</summary>
    public FinishResult Finish(Instant now)
    {
        Remainder remainder = _remainder ?? throw new InvalidOperationException("the volume is not full");
        bool news = _sessions.Values.Any(session => session.HasNews);
        List<CommitPoint> points = news ? WriteSegment(now, new EndOfVolume(VolumeLabel.Name, Counts, Full: true)) : [];
        if (!news) MarkFull(now);
        foreach (OpenSession session in _sessions.Values)
            remainder.Sessions.Add(new(
                session.Label, session.Attempt, session.InBlocks, session.BytesBefore + session.Bytes, session.PathsInBlocks));
        Unload();
        return new FinishResult(points, remainder);
    }

    /// <summary>Everything is committed: only the mark that the volume is full is left, and the medium may have no room for it.</summary>
    private void MarkFull(Instant now)
    {
        try
        {
            WriteSegment(now, new EndOfVolume(VolumeLabel.Name, Counts, Full: true));
        }
        catch (VolumeException)
        {
            // A scan of this volume will take it for one that can be written on; the drive refuses the first block then, as it did now.
        }
    }

    /// <summary>
    /// Commits, marks the volume full where it is to take no more, and unloads it. At the end of the medium Finish is to be called
    /// instead.
    /// </summary>
    public CommitResult Close(Instant now, bool full)
    {
        CommitResult result = Commit(now);
        if (result.Outcome == StoreOutcome.EndOfMedium) return result;
        if (full) WriteSegment(now, new EndOfVolume(VolumeLabel.Name, Counts, Full: true));
        Unload();
        return result;
    }

    private void Unload()
    {
        MoveAnswer answer = _drive.Unload();
        if (!answer.Moved) throw new VolumeException($"{_drive.Name}: volume {VolumeLabel.Name} cannot be closed: {answer.Reason}");
    }
}
