using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Volumes.Reader;

namespace Backup.Actors.Storage.Serving;

/// <summary>
/// One volume of a session that is served: its blocks, and by which index segments its content is found; null where only the volume itself
/// can tell.
/// </summary>
internal sealed record ServableVolume(VolumeSpan Span, IReadOnlyList<SegmentSpan>? Segments)
{
    /// <summary>Something of these files may lie on it: a volume that has nothing of them need not be loaded.</summary>
    public bool Has(IReadOnlyList<FileIndexRange> ranges) => Segments is null || Segments.Any(segment => segment.Has(ranges));

    /// <summary>
    /// The session's volumes in their order. Each place tells of the files from the last of the place before, which may go on behind it.
    /// </summary>
    public static IReadOnlyList<ServableVolume> Of(ServableSession session)
    {
        bool isKnown = session.Segments?.All(place => place.Volume >= 0 && place.Volume < session.Volumes.Count) ?? false;
        if (!isKnown) return [.. session.Volumes.Select(span => new ServableVolume(span, null))];
        List<SegmentSpan>[] segments = [.. session.Volumes.Select(_ => new List<SegmentSpan>())];
        long firstFile = 0;
        foreach (SegmentPlace place in session.Segments!)
        {
            List<SegmentSpan> before = segments[place.Volume];
            before.Add(new SegmentSpan(before.Count > 0 ? before[^1].Segment : 0, place.Block, firstFile, place.LastFileIndex));
            firstFile = place.LastFileIndex;
        }
        return [.. session.Volumes.Zip(segments, (span, found) => new ServableVolume(span, found))];
    }
}
