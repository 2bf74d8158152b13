using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Reader;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

/// <summary>What is read of a volume when it is known which index segments tell of the wanted files.</summary>
public sealed class SegmentTests
{
    private static readonly SessionId One = new(new Guid("11111111-2222-4333-8444-555555555555"));
    private static readonly SessionId Two = new(new Guid("22222222-2222-4333-8444-555555555555"));
    private readonly VolumeBench _bench = new();
    private readonly Dictionary<SessionId, List<SegmentSpan>> _known = new() { [One] = [], [Two] = [] };

    [Theory]
    [Trait("Req", "RST-04")]
    [Trait("Req", "RST-05")]
    [Trait("Req", "RST-06")]
    [InlineData(1)]
    [InlineData(1234)]
    [InlineData(3000)]
    public void One_file_of_a_long_volume_costs_less_than_a_hundredth_of_its_bytes(int wanted)
    {
        Write(files: 3000, size: 20_000, commitEvery: 50);
        using VolumeReader reader = VolumeReader.Open(_bench.Drive, VolumeBench.Name);
        var result = new ReadResult();
        reader.ReadSession(One, [new FileIndexRange(wanted, wanted)], result, _known[One]);
        Assert.Equal(3, result.Records.Count);
        Assert.All(result.Records, record => Assert.Contains($"file {wanted} ", record, StringComparison.Ordinal));
        long whole = _bench.Medium.Sum(block => block?.LongLength ?? 0);
        Assert.InRange(reader.BytesRead, 1, whole / 100);
    }

    [Theory]
    [Trait("Req", "RST-04")]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Known_segments_give_what_all_indexes_give_however_many_are_left_out(int step)
    {
        Write(files: 200, size: 30_000, commitEvery: 7);
        foreach (SessionId session in _known.Keys)
        {
            List<SegmentSpan> known = Thinned(_known[session], step);
            foreach (FileIndexRange[] ranges in Choices())
                Assert.Equal(Read(session, ranges, null).Records, Read(session, ranges, known).Records);
        }
    }

    [Fact]
    [Trait("Req", "RST-04")]
    public void Where_a_known_segment_is_damaged_or_not_where_it_was_what_can_be_read_comes_all_the_same()
    {
        Write(files: 100, size: 30_000, commitEvery: 7);
        FileIndexRange[] all = [new(1, 100)];
        MustCome([.. _known[One].Select(span => span with { Segment = span.Segment - 1 })]);
        MustCome([.. _known[One].Select(span => span with { LastFileIndex = 1 })]);
        _bench.Medium[(int)_known[One][3].Segment]![100] ^= 4;
        MustCome(_known[One]);

        void MustCome(IReadOnlyList<SegmentSpan> known)
        {
            ReadResult found = Read(One, all, known);
            Assert.Equal(300, found.Records.Count);
            Assert.Equal(Read(One, all, null).Records, found.Records);
            Assert.Contains(found.Faults, fault => fault.Text.Contains("the index segment that should be there", StringComparison.Ordinal));
        }
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void A_volume_cut_behind_a_filemark_looks_whole_and_is_found_out_where_it_is_known_what_was_there()
    {
        Write(files: 100, size: 30_000, commitEvery: 7);
        SegmentSpan last = _known[One][^1];
        int mark = _bench.Medium.FindLastIndex((int)last.Segment - 1, block => block is null);
        _bench.Medium.RemoveRange(mark + 1, _bench.Medium.Count - mark - 1);
        FileIndexRange[] ranges = [new(last.LastFileIndex, last.LastFileIndex)];
        Assert.Empty(Read(One, ranges, null).Faults);
        ReadResult found = Read(One, ranges, _known[One]);
        Assert.Empty(found.Records);
        Assert.Equal(last.Segment, Assert.Single(found.Faults).Block);
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void Each_reading_says_that_the_index_is_damaged_however_many_there_were_before()
    {
        Write(files: 20, size: 30_000, commitEvery: 7);
        _bench.Medium.RemoveRange(_bench.Medium.Count - 2, 2); // the last block of the last segment, and its filemark
        using VolumeReader reader = VolumeReader.Open(_bench.Drive, VolumeBench.Name);
        for (int reading = 0; reading < 3; reading++)
        {
            var result = new ReadResult();
            reader.ReadSession(One, [new FileIndexRange(20, 20)], result);
            Assert.Equal(3, result.Records.Count);
            Assert.Equal(FaultKind.TornTail, Assert.Single(result.Faults).Kind);
        }
    }

    /// <summary>Two sessions on one volume, one of which rests at every third commit point.</summary>
    private void Write(int files, int size, int commitEvery)
    {
        Stream one = new(One, 1), two = new(Two, 2);
        using VolumeWriter writer = _bench.Append();
        writer.StartSession(VolumeBench.Start(One, 7));
        writer.StartSession(VolumeBench.Start(Two, 8));
        for (int i = 1; i <= files; i++)
        {
            writer.Append(One, 1, one.File(size));
            writer.Append(One, 1, one.Node(500));
            if (i / commitEvery % 3 != 0) writer.Append(Two, 1, two.File(size / 3));
            if (i % commitEvery == 0 || i == files) Note(writer.Commit(VolumeBench.Now).Points);
        }
        writer.Close(VolumeBench.Now, full: false);
    }

    private void Note(IReadOnlyList<CommitPoint> points)
    {
        foreach (CommitPoint point in points.Where(point => point.Segment > 0))
        {
            List<SegmentSpan> known = _known[point.Session];
            SegmentSpan before = known.Count > 0 ? known[^1] : default;
            known.Add(new SegmentSpan(before.Segment, point.Segment, before.LastFileIndex, point.LastFileIndex));
        }
    }

    private static List<SegmentSpan> Thinned(List<SegmentSpan> spans, int step)
    {
        var kept = new List<SegmentSpan>();
        SegmentSpan before = default;
        foreach (SegmentSpan span in spans.Where((_, i) => i % step == 0 || i == spans.Count - 1))
        {
            kept.Add(new SegmentSpan(before.Segment, span.Segment, before.LastFileIndex, span.LastFileIndex));
            before = span;
        }
        return kept;
    }

    private static IEnumerable<FileIndexRange[]> Choices()
    {
        var random = new Random(3);
        yield return [new(1, long.MaxValue)];
        yield return [new(1, 1)];
        yield return [new(200, 200)];
        for (int i = 0; i < 30; i++)
        {
            long first = random.Next(1, 200), second = random.Next((int)first, 201);
            yield return [new(first, first + random.Next(5)), new(second, second + random.Next(40))];
        }
    }

    private ReadResult Read(SessionId session, FileIndexRange[] ranges, IReadOnlyList<SegmentSpan>? known)
    {
        using VolumeReader reader = VolumeReader.Open(_bench.Drive, VolumeBench.Name);
        var result = new ReadResult();
        reader.ReadSession(session, ranges, result, known);
        return result;
    }
}
