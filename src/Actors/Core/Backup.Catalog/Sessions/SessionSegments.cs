using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Sessions;

/// <summary>Where the index segments of a session lie.</summary>
internal static class SessionSegments
{
    private sealed class SegmentData
    {
        public byte[] Life { get; set; } = [];
        public long? Segment { get; set; }
        public long? LastFile { get; set; }
        public long FromData { get; set; }
        public long FromIndex { get; set; }
        public long ToData { get; set; }
        public long ToIndex { get; set; }
        public StreamPosition From => new(FromData, FromIndex);
        public StreamPosition To => new(ToData, ToIndex);
    }

    /// <summary>
    /// Null where a commit point is missing or has data and no table, as after a scan of damaged volumes: what it told of would be passed
    /// over.
    /// </summary>
    public static IReadOnlyList<SegmentPlace>? Read(SqlUnit unit, long session, IReadOnlyList<SessionVolume> volumes, int limit)
    {
        var order = new Dictionary<VolumeLifeId, int>();
        foreach (SessionVolume volume in volumes) order.Add(volume.Span.Life, order.Count);
        var places = new List<SegmentPlace>();
        StreamPosition at = default;
        foreach (SegmentData data in unit.Rows<SegmentData>(SessionSql.Segments, new { id = session }))
        {
            if (data.From != at) return null;
            at = data.To;
            if (data is { Segment: { } segment, LastFile: { } lastFile })
            {
                if (!order.TryGetValue(VolumeLifeId.Read(data.Life), out int volume)) return null;
                places.Add(new SegmentPlace(volume, segment, lastFile));
            }
            else if (data.ToData > data.FromData)
            {
                return null;
            }
        }
        return Thinned(places, limit);
    }

    /// <summary>A reader goes back from each place to the one before on its volume: any may be left out but a volume's last.</summary>
    private static List<SegmentPlace> Thinned(List<SegmentPlace> places, int limit)
    {
        int step = (places.Count + limit - 1) / limit;
        return step <= 1 ? places
            : [.. places.Where((place, i) => i % step == 0 || i + 1 == places.Count || places[i + 1].Volume != place.Volume)];
    }
}
