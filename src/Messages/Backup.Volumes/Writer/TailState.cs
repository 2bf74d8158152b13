using Backup.Messages.Drives;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;

namespace Backup.Volumes.Writer;

/// <summary>
/// Where a volume goes on: the place behind its last commit point, the segment there, its counts, and what was cut off in words.
/// </summary>
internal sealed record TailState(long Next, long LastSegment, VolumeCounts Counts, string Words)
{
    private static readonly VolumeCounts NoCounts = new(0, 0, 0, 0, 0, 0, 0, default, default);

    /// <summary>Finds the tail and leaves the drive standing there.</summary>
    public static TailState Find(IDrive drive, VolumeLabel label)
    {
        using var source = new BlockSource(drive, label);
        var chain = new IndexChain(source);
        try
        {
            long end = source.FindEnd();
            long segment = chain.FindNewest(end, out _);
            if (segment < 0) segment = FindForwards(source, chain);
            long next = segment > 0 ? chain.ReadSegment(segment, null).Behind : chain.BehindLabel();
            if (next < 0) throw new BlankVolumeException(
                $"volume {label.Name}: its label was not written to the end: label it again");
            VolumeCounts counts = segment > 0 ? chain.ReadVolumeIndex(segment)?.Counts ?? NoCounts : NoCounts;
            string words = next == end ? ""
                : $"volume {label.Name} was not closed when it was written last: {end - next} blocks behind its last commit point, from "
                    + $"block {next} on, are cut off; they were never reported as stored";
            MoveAnswer answer = drive.Locate(next);
            return answer.Moved
                ? new TailState(next, segment, counts, words)
                : throw new VolumeException(
                    $"volume {label.Name}: block {next} behind the last commit point cannot be reached: {answer.Reason}");
        }
        catch (FormatException e)
        {
            throw new DamagedVolumeException($"volume {label.Name}: its last commit point cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Where no address leads to it: the newest whole segment by reading everything from the label on.</summary>
    private static long FindForwards(BlockSource source, IndexChain chain)
    {
        long newest = 0;
        for (long at = 0; source.Seek(at);)
        {
            Found found = source.Read();
            if (found == Found.EndOfData || source.Next <= at) break; // a drive that does not move forward has no more to tell
            at = source.Next;
            if (found != Found.Block || !source.Header.Flags.HasFlag(BlockFlags.SegmentStart)) continue;
            long start = source.Number;
            if (chain.ReadSegment(start, null) is { IsWhole: true } state) (newest, at) = (start, Math.Max(at, state.Behind));
        }
        return newest;
    }
}
