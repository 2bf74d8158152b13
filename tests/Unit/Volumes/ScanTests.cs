using Backup.Catalog;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.TestKit.Media;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

/// <summary>What a scan of volumes brings into an empty catalog, against the one that heard of each commit point as it was made.</summary>
public sealed class ScanTests : IDisposable
{
    private static readonly SessionId One = Samples.Session, Two = Samples.OtherSession;
    private static readonly SessionId Three = new(new Guid("33333333-2222-4333-8444-555555555555"));
    private readonly ScanBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Req", "TOL-01")]
    public void A_scanned_catalog_equals_the_lost_one_for_sessions_that_ended_well_badly_and_never()
    {
        WriteThree();
        using ICatalog scanned = _bench.NewCatalog();
        Assert.Empty(_bench.Scan(scanned, _bench.Names, (_, summary) => Assert.True(summary is { FromIndexes: true, IsFull: false })));
        string dump = ScanBench.Dump(_bench.Living);
        Assert.Equal(dump, ScanBench.Dump(scanned));
        foreach (JobState state in new[] { JobState.Ok, JobState.Failed, JobState.Incomplete })
            Assert.Contains($"verdict=\"{state.Letter()}\"", dump, StringComparison.Ordinal);
        foreach (string row in new[] { "unsaved session=", "last_path=\"/11/file00004\"" })
            Assert.Contains(row, dump, StringComparison.Ordinal);
        Assert.Equal(6, dump.Split('\n').Count(line => line.StartsWith("commit ", StringComparison.Ordinal)));
    }

    [Theory]
    [Trait("Req", "TOL-01")]
    [InlineData(260_000, 5)]
    [InlineData(400_000, 30_000)]
    [InlineData(900_000, 250_000)]
    [InlineData(1_000_001, 777)]
    public void Sessions_over_several_volumes_come_back_from_them_in_any_order(long size, int file)
    {
        _bench.Volumes.Drive.EndOfMediumAt = size;
        Stream one = new(One, 1), two = new(Two, 2);
        _bench.Start(One, 1);
        _bench.Start(Two, 2);
        for (int i = 0; i < 60; i++)
        {
            _bench.Append(One, one.File(file));
            _bench.Append(One, one.TreeNode(3000));
            _bench.Append(Two, two.File(file / 2 + i));
            if (i % 10 == 9) _bench.Commit();
        }
        _bench.End(One, one.Position);
        _bench.End(Two, two.Position);
        _bench.Close();
        IEnumerable<string>[] orders = [_bench.Names, _bench.Names.AsEnumerable().Reverse(), _bench.Names.Concat(_bench.Names)];
        foreach (IEnumerable<string> order in orders)
        {
            using ICatalog scanned = _bench.NewCatalog();
            Assert.Empty(_bench.Scan(scanned, order));
            Assert.Equal(ScanBench.Dump(_bench.Living), ScanBench.Dump(scanned));
        }
        Assert.True(file < 1000 || _bench.Names.Count > 1);
    }

    [Fact]
    [Trait("Req", "TOL-01")]
    [Trait("Req", "RST-04")]
    public void A_session_that_comes_back_to_a_volume_on_which_it_was_before_is_whole()
    {
        _bench.Volumes.Drive.EndOfMediumAt = 500_000;
        var one = new Stream(One, 1);
        _bench.Start(One, 1);
        Fill(one, until: () => _bench.Names.Count == 2);
        _bench.ComeBackTo = VolumeBench.Name;
        Fill(one, until: () =>
        {
            bool isBack = _bench.Writer.VolumeLabel.Name == VolumeBench.Name;
            if (!isBack) _bench.Volumes.Drive.EndOfMediumAt = 500_000;
            else _bench.Volumes.Drive.EndOfMediumAt = long.MaxValue;
            return isBack;
        });
        for (int i = 0; i < 10; i++) Add(one);
        _bench.End(One, one.Position);
        _bench.Close();
        Assert.Equal(2, _bench.Names.Count);
        foreach (IEnumerable<string> order in new[] { _bench.Names, _bench.Names.AsEnumerable().Reverse() })
        {
            using ICatalog scanned = _bench.NewCatalog();
            Assert.Empty(_bench.Scan(scanned, order));
            Assert.Equal(ScanBench.Dump(_bench.Living), ScanBench.Dump(scanned));
        }
        SessionRow row = _bench.Living.Sessions.Find(One)!;
        Assert.Equal(one.Position, row.Catalogued);
        Assert.Equal([0, 1, 0], Visits(_bench.Living.Sessions.Segments(One, 100)!));
        Assert.All(_bench.Names, name => Assert.Empty(_bench.Volumes.ReadAll(name).Faults));
    }

    private static IEnumerable<int> Visits(IReadOnlyList<SegmentPlace> places) =>
        places.Select(place => place.Volume).Where((volume, i) => i == 0 || places[i - 1].Volume != volume);

    private void Fill(Stream stream, Func<bool> until)
    {
        while (!until()) Add(stream);
    }

    private void Add(Stream stream)
    {
        _bench.Append(stream.Session, stream.File(30_000));
        _bench.Append(stream.Session, stream.TreeNode(300));
        _bench.Commit();
    }

    [Fact]
    [Trait("Req", "TOL-03")]
    public void A_scan_reads_indexes_and_no_data()
    {
        var one = new Stream(One, 1);
        _bench.Start(One, 1);
        for (int i = 0; i < 200; i++)
        {
            _bench.Append(One, one.File(100_000));
            _bench.Append(One, one.TreeNode(1000));
            if (i % 50 == 49) _bench.Commit();
        }
        _bench.End(One, one.Position);
        _bench.Close();
        using ICatalog scanned = _bench.NewCatalog();
        long size = _bench.Volumes.Medium.Sum(block => block?.Length ?? 0L);
        _bench.Scan(scanned, _bench.Names, (_, summary) => Assert.InRange(summary.Bytes, 1, size / 20));
        Assert.Equal(one.Position, scanned.Sessions.Find(One)!.Catalogued);
    }

    [Fact]
    [Trait("Req", "TOL-03")]
    public void A_damaged_index_segment_is_named_and_what_it_held_is_never_said_to_be_there()
    {
        WriteThree();
        long damaged = DamageSegment(number: 2);
        using ICatalog scanned = _bench.NewCatalog();
        List<VolumeFault> faults = _bench.Scan(scanned, _bench.Names, (_, summary) => Assert.False(summary.FromIndexes));
        Assert.Contains(faults, fault => fault.Text.Contains($"block {damaged}", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Kind == FaultKind.Gap && fault.Session == One);
        SessionRow hurt = scanned.Sessions.Find(One)!;
        Assert.NotNull(hurt.Totals);
        Assert.True(hurt.Catalogued.Index < _bench.Living.Sessions.Find(One)!.Catalogued.Index);
        Assert.Equal(_bench.Living.Sessions.Find(Three)!.Catalogued, scanned.Sessions.Find(Three)!.Catalogued);

        string before = ScanBench.Dump(_bench.Living);
        _bench.Scan(_bench.Living, _bench.Names);
        Assert.Equal(
            before.Split('\n').Where(line => !line.StartsWith("commit ", StringComparison.Ordinal)),
            ScanBench.Dump(_bench.Living).Split('\n').Where(line => !line.StartsWith("commit ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_segment_without_its_filemark_is_left_out()
    {
        WriteThree();
        string whole = ScanBench.Dump(_bench.Living);
        List<byte[]?> medium = _bench.Volumes.Medium;
        medium.RemoveAt(medium.Count - 1);
        using ICatalog scanned = _bench.NewCatalog();
        VolumeFault fault = Assert.Single(_bench.Scan(scanned, _bench.Names));
        Assert.Equal(FaultKind.TornTail, fault.Kind);
        Assert.NotEqual(whole, ScanBench.Dump(scanned));
        Assert.Null(scanned.Sessions.Find(Three));
    }

    [Fact]
    public void Counts_of_a_volume_are_those_of_its_blocks_however_often_it_is_mounted()
    {
        WriteThree();
        VolumeCounts counts = _bench.Writer.Counts;
        int behindLabel = _bench.Volumes.Medium.FindIndex(block => block is null) + 1;
        List<byte[]> blocks = [.. _bench.Volumes.Medium.Skip(behindLabel).Where(block => block is not null).Select(block => block!)];
        Assert.Equal((blocks.Count, blocks.Sum(block => (long)block.Length)), (counts.Blocks, counts.Bytes));
    }

    [Fact]
    [Trait("Req", "FMT-09")]
    public void The_last_record_behind_each_job_tells_what_the_volume_holds_as_the_catalog_does()
    {
        SessionId[] sessions = [One, Two, Three];
        foreach ((int index, SessionId session) in sessions.Index())
        {
            var stream = new Stream(session, index);
            _bench.Start(session, index + 1);
            _bench.Append(session, stream.File(90_000));
            _bench.Append(session, stream.TreeNode(500));
            _bench.End(session, stream.Position);
            VolumeCounts counts = _bench.Writer.Counts;
            _bench.Remount();
            using var drive = new MemoryDrive();
            drive.Media[VolumeBench.Name] = _bench.Volumes.Medium;
            using VolumeReader reader = VolumeReader.Open(drive, VolumeBench.Name);
            var last = new LastRecord();
            reader.ReadAll(last);
            Assert.Equal(RecordType.VolumeIndex, last.Type);
            Assert.Equal(counts, CborMap.Decode<VolumeIndex>(last.Payload).Counts);
            VolumeRow row = _bench.Living.Volumes.Find(_bench.Volumes.Label.Life)!;
            Assert.Equal((counts.Blocks, counts.Bytes, counts.Sessions), (row.Blocks, row.Bytes, index + 1));
        }
    }

    private sealed class LastRecord : IRecordSink
    {
        public RecordType Type { get; private set; }
        public byte[] Payload { get; private set; } = [];

        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            (Type, Payload) = (header.Type, payload.ToArray());
            return true;
        }

        public void Report(VolumeFault fault) => Assert.Fail(fault.Text);
    }

    /// <summary>One ends well with notes, over three commit points; Two ends with a failure, and Three never.</summary>
    private void WriteThree()
    {
        Stream one = new(One, 1), two = new(Two, 2), three = new(Three, 3);
        _bench.Start(One, 1);
        _bench.Start(Two, 2);
        for (int i = 0; i < 4; i++)
        {
            _bench.Append(One, one.File(20_000));
            _bench.Append(One, one.TreeNode(2000 + i));
            _bench.Append(One, one.Note($"/one/{i}"));
            if (i < 2) _bench.Append(Two, two.File(500));
            if (i % 2 == 1) _bench.Commit();
        }
        _bench.Append(One, one.TreeNode(70_000));
        _bench.End(One, one.Position);
        _bench.Append(Two, two.TreeNode(100));
        _bench.End(Two, two.Position, "the client ran out of memory");
        _bench.Remount();
        _bench.Start(Three, 3);
        _bench.Append(Three, three.File(90_000));
        _bench.Append(Three, three.TreeNode(99));
        _bench.Commit();
        _bench.Close();
    }

    /// <summary>Flips a bit in the first block of an index segment (counted from 1) and returns the block's number.</summary>
    private long DamageSegment(int number)
    {
        List<byte[]?> medium = _bench.Volumes.Medium;
        for (int place = 1; place < medium.Count; place++)
        {
            if (medium[place] is not { } block || BlockCodec.TryOpen(block, 0, out BlockHeader header, out _) != BlockState.Good) continue;
            if (!header.Flags.HasFlag(BlockFlags.SegmentStart) || --number > 0) continue;
            block[^5] ^= 4;
            return place;
        }
        throw new InvalidOperationException("no such segment");
    }
}
