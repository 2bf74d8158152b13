using Backup.Messages.Sessions;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Fetches content for all entries that wait, and links names that share it. Broken off, it names what did not come.</summary>
internal sealed class ContentPhase(TreeRestoreRequest request, TreeWriter writer, RestoreCounts counts, IContentSource content)
{
    /// <summary>Files asked for with one Want; two Wants are on their way at a time.</summary>
    public const int FilesPerWant = 4096;
    private const int RangesPerWant = 512;

    /// <summary>
    /// Entries that share content without being hard links need it once more each; more rounds than this are no honest tree.
    /// </summary>
    private const int RoundsMax = 32;

    /// <summary>Null, or why the source of content broke off.</summary>
    public string? Run(WaitingEntries waiting, CancellationToken cancellation)
    {
        waiting.Links.Sort();
        for (int first = 0; first < waiting.Links.Count; first = waiting.Links.EndOfGroup(first)) MakeGroup(waiting.Links, first);
        ContentList list = waiting.Contents;
        string? broken = null;
        for (int round = 1; list.Count > 0; round++)
        {
            if (round > RoundsMax) broken ??= $"one content is shared by more than {RoundsMax} files that are not hard links";
            ContentList later = waiting.NextRound();
            list.Sort();
            broken = Fetch(list, later, broken, cancellation);
            list = later;
        }
        return broken;
    }

    /// <summary>Why the source is broken, now or from before: then nothing is asked of it, and all that waits is named.</summary>
    private string? Fetch(ContentList list, ContentList later, string? broken, CancellationToken cancellation)
    {
        var assembly = new ContentAssembly(writer, counts, list, later);
        if (request.Target.DryRun)
        {
            assembly.CountAll();
            return null;
        }
        try
        {
            if (broken is null) content.Fetch(Wants(list), assembly, cancellation);
        }
        catch (ContentException e)
        {
            broken = e.Message;
        }
        finally
        {
            assembly.Abandon();
        }
        assembly.TellMissing(broken);
        return broken;
    }

    private void MakeGroup(ContentList list, int first)
    {
        TreePlace origin = list.Read(first);
        bool made = writer.MakeEntry(origin.Path, origin.Entry);
        if (made) counts.Add(origin.Path, origin.Entry.Kind);
        int end = list.EndOfGroup(first);
        for (int other = first + 1; other < end; other++)
        {
            TreePlace place = list.Read(other);
            if (made ? writer.Link(origin.Path, place.Path) : writer.MakeEntry(place.Path, place.Entry))
                counts.Add(place.Path, place.Entry.Kind);
        }
    }

    private static IEnumerable<Want> Wants(ContentList list)
    {
        var ranges = new List<FileIndexRange>();
        int files = 0;
        ContentReference last = default;
        for (int first = 0; first < list.Count; first = list.EndOfGroup(first))
        {
            ContentReference next = list.ReferenceOf(first);
            bool full = files == FilesPerWant || ranges.Count == RangesPerWant;
            if (ranges.Count > 0 && (full || next.Session != last.Session))
            {
                yield return new Want(last.Session, [.. ranges]);
                ranges.Clear();
                files = 0;
            }
            if (ranges.Count > 0 && ranges[^1].Last + 1 == next.FileIndex) ranges[^1] = ranges[^1] with { Last = next.FileIndex };
            else ranges.Add(new FileIndexRange(next.FileIndex, next.FileIndex));
            files++;
            last = next;
        }
        if (ranges.Count > 0) yield return new Want(last.Session, [.. ranges]);
    }
}
