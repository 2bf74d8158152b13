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
    /// The session's volumes in the order in which it was written: one comes again where the session came back to it. Each place tells of
    /// the files from the last of the place before, which may go on behind it.
    /// </summary>
    public static IReadOnlyList<ServableVolume> Of(ServableSession session)
    {
        bool isKnown = session.Segments?.All(place => place.Volume >= 0 && place.Volume < session.Volumes.Count) ?? false;
        if (!isKnown) return [.. session.Volumes.Select(span => new ServableVolume(span, null))];
        var visits = new List<ServableVolume>();
        var reached = new long[session.Volumes.Count];
        (int volume, long firstFile) = (-1, 0);
        var segments = new List<SegmentSpan>();
        foreach (SegmentPlace place in session.Segments!)
        {
            if (place.Volume != volume) visits.Add(new ServableVolume(session.Volumes[place.Volume], segments = []));
            segments.Add(new SegmentSpan(reached[place.Volume], place.Block, firstFile, place.LastFileIndex));
            (volume, firstFile, reached[place.Volume]) = (place.Volume, place.LastFileIndex, place.Block);
        }
        return visits;
    }
}
