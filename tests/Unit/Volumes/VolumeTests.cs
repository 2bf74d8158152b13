using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.Media;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

public class VolumeTests
{
    private static readonly SessionId One = Samples.Session, Two = Samples.OtherSession;

    [Fact]
    [Trait("Req", "FMT-01")]
    [Trait("Req", "FMT-06")]
    [Trait("Req", "FMT-11")]
    [Trait("Req", "FMT-12")]
    [Trait("Req", "FMT-18")]
    [Trait("Req", "FMT-21")]
    public void Two_interleaved_sessions_come_back_whole_and_the_index_tells_of_both()
    {
        var bench = new VolumeBench();
        (Stream one, Stream two, SessionLabel label) = WriteTwo(bench);
        ReadResult all = bench.ReadAll();
        Assert.Empty(all.Faults);
        Assert.Equal(one.Given.Order(), all.Of(One).Order());
        Assert.Equal(two.Given.Order(), all.Of(Two).Order());
        Assert.Equal(System.Text.Encoding.UTF8.GetString(VolumeText.FormatDescription()), all.Format);

        using VolumeReader reader = VolumeReader.Open(bench.Drive, VolumeBench.Name, bench.Label.Life);
        var nodes = new ReadResult();
        SessionCatalogue catalogue = reader.ReadIndex(nodes);
        Assert.True(catalogue.FromIndexes && catalogue.Closed);
        Assert.Equal([One, Two], catalogue.Sessions.Select(s => s.Session));
        Assert.Equal(label, catalogue.Sessions[0].Start);
        Assert.Equal(one.Position, catalogue.Sessions[0].End!.StoredPosition);
        Assert.Null(catalogue.Sessions[1].End);
        Assert.Equal(two.Position, catalogue.Sessions[1].LastCommit!.Position);
        Assert.Equal(one.Given.Concat(two.Given).Where(r => r.Contains("Node", StringComparison.Ordinal)).Order(), nodes.Records.Order());
        Assert.Equal(40, catalogue.Counts!.Files);
        Assert.Equal(2, catalogue.Counts.Sessions);
        Assert.True(reader.BlocksRead < bench.Medium.Count(b => b is not null), "the index is read, not the data");
    }

    private static (Stream One, Stream Two, SessionLabel Label) WriteTwo(VolumeBench bench)
    {
        using VolumeWriter writer = bench.Append();
        Stream one = new(One, 1), two = new(Two, 2);
        SessionLabel label = VolumeBench.Start(One, 7);
        writer.StartSession(label);
        writer.StartSession(VolumeBench.Start(Two, 8));
        for (int i = 0; i < 20; i++)
        {
            writer.Append(One, 1, one.File(i * 7000));
            writer.Append(Two, 1, two.File(i % 3 * 150_000));
            writer.Append(One, 1, one.Node(500));
            writer.Append(Two, 1, two.Node(90_000));
            if (i % 8 != 7) continue;
            CommitResult commit = writer.Commit(VolumeBench.Now);
            Assert.Equal(StoreOutcome.Stored, commit.Outcome);
            Assert.Equal([one.Position, two.Position], commit.Points.Select(p => p.Position));
            Assert.EndsWith($"/file{i + 1:d5}", System.Text.Encoding.UTF8.GetString(commit.Points[0].LastPath), StringComparison.Ordinal);
        }
        SessionEnd end = writer.EndSession(One, VolumeBench.Seal(one.Position), VolumeBench.Now);
        Assert.Equal(one.Position, end.StoredPosition);
        writer.Close(VolumeBench.Now, full: true);
        return (one, two, label);
    }

    [Fact]
    public void Commit_gives_the_index_records_since_the_last_one_and_nothing_where_nothing_came()
    {
        var bench = new VolumeBench();
        using VolumeWriter writer = bench.Append();
        var one = new Stream(One, 1);
        writer.StartSession(VolumeBench.Start(One, 7));
        byte[] first = one.Node(300), second = one.Node(40);
        writer.Append(One, 1, first);
        Assert.Equal(first, writer.Commit(VolumeBench.Now).Points[0].IndexRecords.ToArray());
        writer.Append(One, 1, second);
        Assert.Equal(second, writer.Commit(VolumeBench.Now).Points[0].IndexRecords.ToArray());
        long writes = bench.Drive.Writes;
        Assert.Empty(writer.Commit(VolumeBench.Now).Points);
        Assert.Equal(writes, bench.Drive.Writes);
    }

    [Fact]
    public void Append_refuses_a_gap_a_repetition_and_an_unknown_session_and_takes_nothing_of_that_frame()
    {
        var bench = new VolumeBench();
        using VolumeWriter writer = bench.Append();
        var one = new Stream(One, 1);
        byte[] first = one.File(10), lost = one.File(20), third = one.File(30);
        writer.StartSession(VolumeBench.Start(One, 7));
        writer.Append(One, 1, first);
        Assert.Throws<SequenceException>(() => writer.Append(One, 1, first));
        Assert.Throws<SequenceException>(() => writer.Append(One, 1, third));
        Assert.Throws<SequenceException>(() => writer.Append(Two, 1, lost));
        Assert.Throws<SequenceException>(() => writer.Append(One, 2, lost));
        Assert.Throws<SequenceException>(() => writer.Append(One, 1, lost.AsSpan(0, lost.Length - 1)));
        Assert.Throws<SequenceException>(() => writer.EndSession(One, VolumeBench.Seal(one.Position), VolumeBench.Now));
        writer.Append(One, 1, lost);
        writer.Append(One, 1, third);
        writer.EndSession(One, VolumeBench.Seal(one.Position), VolumeBench.Now);
        writer.Close(VolumeBench.Now, full: false);
        Assert.Equal(one.Given, bench.ReadAll().Of(One));
    }

    [Fact]
    [Trait("Req", "FMT-27")]
    public void ReadSession_gives_the_wanted_files_and_reads_only_their_blocks()
    {
        var bench = new VolumeBench();
        var one = new Stream(One, 1);
        using (VolumeWriter writer = bench.Append())
        {
            writer.StartSession(VolumeBench.Start(One, 7));
            for (int i = 0; i < 300; i++)
            {
                writer.Append(One, 1, one.File(20_000));
                if (i % 50 == 49) writer.Commit(VolumeBench.Now);
            }
            writer.Close(VolumeBench.Now, full: false);
        }
        using VolumeReader reader = VolumeReader.Open(bench.Drive, VolumeBench.Name);
        var result = new ReadResult();
        ReadSummary summary = reader.ReadSession(One, [new FileIndexRange(7, 9), new FileIndexRange(120, 120), new FileIndexRange(150,
            151)], result);
        int[] wanted = [7, 8, 9, 120, 150, 151];
        Assert.Equal(one.Given.Where(r => wanted.Any(w => r.Contains($"file {w} ", StringComparison.Ordinal))), result.Records);
        Assert.Empty(result.Faults);
        Assert.InRange(result.Blocks.Count, 3, 9);
        Assert.Equal(18, summary.Records);
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void A_flipped_bit_anywhere_is_detected_and_every_untouched_file_is_read()
    {
        var bench = new VolumeBench();
        (Stream one, Stream two, _) = WriteTwo(bench);
        string[] given = [.. one.Given, .. two.Given];
        var random = new Random(5);
        for (int place = 1; place < bench.Medium.Count; place++)
        {
            if (bench.Medium[place] is not { } block) continue;
            int at = random.Next(block.Length);
            var mask = (byte)(1 << random.Next(8));
            block[at] ^= mask;
            ReadResult all = bench.ReadAll();
            Assert.Contains(all.Faults, f => f.Block == place && f.Kind == FaultKind.Damaged);
            string[] lost = [.. given.Except(all.Records)];
            Assert.Empty(all.Records.Except(given));
            // Where the damage takes a session's last marks too, its nodes there are known only by the block that is named.
            Assert.All(lost.Where(IsData), record => Assert.Contains(all.Faults, f => Covers(f, record)));
            using VolumeReader reader = VolumeReader.Open(bench.Drive, VolumeBench.Name);
            var wanted = new ReadResult();
            reader.ReadSession(One, [new FileIndexRange(1, long.MaxValue)], wanted);
            Assert.Equal(all.Of(One).Where(IsData), wanted.Records);
            block[at] ^= mask;
        }
    }

    [Fact]
    [Trait("Req", "FMT-01")]
    public void The_example_of_the_format_page_is_what_the_code_writes()
    {
        var record = new byte[RecordHeader.Size + 1];
        RecordCodec.Write(record, new RecordHeader(RecordType.Data, RecordFlags.None, 1, 1, 9), "A"u8);
        string page = System.Text.Encoding.UTF8.GetString(VolumeText.FormatDescription());
        Assert.Contains(string.Join(' ', record.Select(b => b.ToString("x2"))), page, StringComparison.Ordinal);
    }

    private static bool IsData(string record) => record.Contains(" Data ", StringComparison.Ordinal);

    private static bool Covers(VolumeFault fault, string record)
    {
        string[] words = record.Split(' ');
        long file = long.Parse(words[5], System.Globalization.CultureInfo.InvariantCulture);
        return fault.Kind == FaultKind.Gap && words[0] == fault.Session.ToString() && (file == 0 || (fault.FirstFileIndex <= file
            && file <= fault.LastFileIndex));
    }
}
