using Backup.Catalog;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Tests.Unit.Volumes;

/// <summary>What a volume says of itself at the end of each session, and so of its data, is what the catalog says of it.</summary>
public sealed class CountsTests : IDisposable
{
    private static readonly SessionId[] Sessions =
        [Samples.Session, Samples.OtherSession, new(new Guid("33333333-2222-4333-8444-555555555555"))];
    private readonly ScanBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Req", "FMT-07")]
    public void Behind_each_end_of_a_session_stand_the_volumes_counters_as_the_catalog_had_them_then()
    {
        List<VolumeRow> rows = WriteSessions();
        var ends = new CountsBehindEnds();
        using (VolumeReader reader = VolumeReader.Open(_bench.Volumes.Drive, VolumeBench.Name)) reader.ReadAll(ends);

        Assert.Equal(Sessions, ends.Found.Select(found => found.Session));
        foreach ((int index, (_, VolumeCounts counts)) in ends.Found.Index())
        {
            Assert.Equal(Facts(rows[index]), (counts.Blocks, counts.Bytes, counts.LastWritten));
            Assert.Equal(
                (index + 1L, index + 1L, 2 * (index + 1L), index + 1L), (counts.Sessions, counts.Files, counts.Commits, counts.Mounts));
            Assert.Equal(rows[index].Sessions, counts.Sessions);
        }
    }

    [Fact]
    [Trait("Req", "FMT-08")]
    public void The_last_record_of_a_volume_brings_its_row_back_where_all_before_it_is_lost()
    {
        VolumeRow row = WriteSessions()[^1];
        List<byte[]?> medium = _bench.Volumes.Medium;
        int last = medium.FindLastIndex(block => block is not null && IsSegmentStart(block));
        for (int place = medium.IndexOf(null) + 1; place < last; place++)
            if (medium[place] is { } block) block[^1] ^= 1;
        using ICatalog scanned = _bench.NewCatalog();
        Assert.NotEmpty(_bench.Scan(scanned, [VolumeBench.Name]));

        VolumeRow back = scanned.Volumes.Find(row.Identity.Life)!;
        Assert.Equal(row.Identity, back.Identity);
        Assert.Equal(row.State, back.State);
        Assert.Equal(Facts(row), Facts(back));
    }

    private static (long Blocks, long Bytes, Instant Last) Facts(VolumeRow row) => (row.Blocks, row.Bytes, row.LastWritten!.Value);

    private static bool IsSegmentStart(byte[] block) =>
        BlockCodec.TryOpen(block, 0, out BlockHeader header, out _) == BlockState.Good && header.Flags.HasFlag(BlockFlags.SegmentStart);

    /// <summary>Sessions of one file and two commit points, each in a mount of its own, and the volume's row behind each.</summary>
    private List<VolumeRow> WriteSessions()
    {
        var rows = new List<VolumeRow>();
        foreach ((int index, SessionId session) in Sessions.Index())
        {
            if (index > 0) _bench.Remount();
            var stream = new Stream(session, index);
            _bench.Start(session, index + 1);
            _bench.Append(session, stream.File(150_000));
            _bench.Commit();
            _bench.Append(session, stream.TreeNode(500));
            _bench.End(session, stream.Position);
            rows.Add(_bench.Living.Volumes.Find(_bench.Volumes.Label.Life)!);
        }
        _bench.Close();
        return rows;
    }

    /// <summary>The ends of sessions, each with the counts of the segment that it is in.</summary>
    private sealed class CountsBehindEnds : IRecordSink
    {
        private SessionId? _ended;

        public List<(SessionId Session, VolumeCounts Counts)> Found { get; } = [];

        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Type == RecordType.SessionEnd) _ended = place.Session;
            if (header.Type != RecordType.VolumeIndex || _ended is not { } session) return true;
            Found.Add((session, CborMap.Decode<VolumeIndex>(payload.ToArray()).Counts));
            _ended = null;
            return true;
        }

        public void Report(VolumeFault fault) => Assert.Fail(fault.Text);
    }
}
