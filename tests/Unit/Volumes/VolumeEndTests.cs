using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.Media;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

public class VolumeEndTests
{
    private static readonly SessionId One = Samples.Session, Two = Samples.OtherSession;

    [Theory]
    [Trait("Req", "FMT-25")]
    [InlineData(300_000, 5)]
    [InlineData(400_000, 30_000)]
    [InlineData(900_000, 250_000)]
    [InlineData(1_000_001, 777)]
    public void At_the_end_of_the_medium_a_session_goes_on_on_the_next_volume_and_nothing_is_lost(long size, int file)
    {
        var bench = new VolumeBench();
        bench.Drive.EndOfMediumAt = size;
        int volumes = Span(bench, file);
        Assert.True(file < 1000 || volumes > 1);
    }

    [Theory]
    [Trait("Req", "FMT-25")]
    [Trait("Req", "DEV-08")]
    [InlineData(200_000, 30_000)]
    [InlineData(400_000, 250_000)]
    [InlineData(65_536, 900)]
    public void Over_cartridges_of_a_virtual_tape_too_with_its_late_and_alternating_refusals(long capacity, int file)
    {
        string folder = Directory.CreateTempSubdirectory("tape-span-").FullName;
        using (var drive = new VirtualTape(new VirtualTapeOptions(folder, new CountedIds()) { Capacity = capacity }))
            Assert.True(Span(new VolumeBench(drive), file) > 1);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Two sessions over as many volumes as they take, read again; how many it took.</summary>
    private static int Span(VolumeBench bench, int file)
    {
        Stream one = new(One, 1), two = new(Two, 2);
        VolumeWriter writer = bench.Append();
        writer.StartSession(VolumeBench.Start(One, 7));
        writer.StartSession(VolumeBench.Start(Two, 8));
        var points = new List<CommitPoint>();
        int volume = 1;
        for (int i = 0; i < 60; i++)
        {
            writer.Append(One, 1, one.File(file));
            writer.Append(One, 1, one.Node(3000));
            StoreOutcome outcome = writer.Append(Two, 1, two.File(file / 2 + i));
            if (outcome != StoreOutcome.EndOfMedium && i % 10 == 9)
            {
                CommitResult commit = writer.Commit(VolumeBench.Now);
                points.AddRange(commit.Points);
                outcome = commit.Outcome;
            }
            if (outcome == StoreOutcome.EndOfMedium) writer = NextVolume(bench, writer, points, ++volume);
        }
        CommitResult last;
        do
        {
            writer.EndSession(One, VolumeBench.Seal(one.Position), VolumeBench.Now);
            writer.EndSession(Two, VolumeBench.Seal(two.Position), VolumeBench.Now);
            last = writer.Close(VolumeBench.Now, full: false);
            points.AddRange(last.Points);
            if (last.Outcome == StoreOutcome.EndOfMedium && last.Points.Count == 0) writer = NextVolume(bench, writer, points, ++volume);
        }
        while (last.Outcome == StoreOutcome.EndOfMedium && last.Points.Count == 0);
        writer.Dispose();
        bench.Written.Unload();
        AssertSpanned(bench, volume, one, two);
        Assert.Equal(one.Position, points.Last(p => p.Session == One).Position);
        return volume;
    }

    private static void AssertSpanned(VolumeBench bench, int volume, Stream one, Stream two)
    {
        string[] names = [.. Enumerable.Range(1, volume).Select(n => $"Vol-{n:d4}")];
        ReadResult[] read = [.. names.Select(bench.ReadAll)];
        Assert.All(read, r => Assert.Empty(r.Faults));
        Assert.Equal(one.Given.Order(), read.SelectMany(r => r.Of(One)).Order());
        Assert.Equal(two.Given.Order(), read.SelectMany(r => r.Of(Two)).Order());
        for (int n = 2; n <= volume; n++)
        {
            using VolumeReader reader = VolumeReader.Open(bench.Written, names[n - 1]);
            SessionCatalogue catalogue = reader.ReadIndex(new ReadResult());
            SessionOnVolume goesOn = catalogue.Sessions.First(s => s.Session == One);
            Assert.Equal(names[n - 2], goesOn.Continues!.PreviousVolume);
            Assert.Empty(goesOn.Attempts);
        }
    }

    private static VolumeWriter NextVolume(VolumeBench bench, VolumeWriter full, List<CommitPoint> points, int number)
    {
        FinishResult finish = full.Finish(VolumeBench.Now);
        full.Dispose();
        points.AddRange(finish.Points);
        string name = $"Vol-{number:d4}";
        VolumeWriter.Label(bench.Written, VolumeBench.LabelOf(name, number));
        VolumeWriter next = bench.Append(name);
        Assert.Equal(StoreOutcome.Stored, next.Take(finish.Remainder));
        return next;
    }

    [Fact]
    public void A_torn_tail_is_cut_back_to_the_last_commit_point_wherever_it_is_torn()
    {
        var bench = new VolumeBench();
        var one = new Stream(One, 1);
        VolumeWriter writer = bench.Append();
        writer.StartSession(VolumeBench.Start(One, 7));
        for (int i = 0; i < 12; i++)
        {
            writer.Append(One, 1, one.File(30_000));
            writer.Append(One, 1, one.Node(70_000));
            if (i is 3 or 7) writer.Commit(VolumeBench.Now);
        }
        writer.Dispose();
        bench.Drive.Unload();
        byte[]?[] whole = [.. bench.Medium];
        long[] marks = [.. Enumerable.Range(0, whole.Length).Where(i => whole[i] is null).Select(i => i + 1L)];
        for (int length = (int)marks[0]; length <= whole.Length; length++)
        {
            foreach (bool half in (bool[])[false, true])
            {
                if (half && (length == whole.Length || whole[length] is null)) continue;
                bench.Medium.Clear();
                bench.Medium.AddRange(whole[..length]);
                if (half) bench.Medium.Add(whole[length]![..(whole[length]!.Length / 2)]);
                long expected = marks.Last(m => m <= length);
                using VolumeWriter again = bench.Append();
                Assert.Equal(expected != bench.Medium.Count, again.Recovered.Length > 0);
                var next = new Stream(Two, 2);
                again.StartSession(VolumeBench.Start(Two, 9));
                again.Append(Two, 1, next.File(100));
                again.Close(VolumeBench.Now, full: false);
                Assert.True(whole.Take((int)expected).SequenceEqual(bench.Medium.Take((int)expected)));
                ReadResult all = bench.ReadAll();
                Assert.Empty(all.Faults);
                Assert.Equal(next.Given, all.Of(Two));
            }
        }
    }

    [Fact]
    public void Every_prefix_of_a_volume_is_read_or_refused_cleanly()
    {
        var bench = new VolumeBench();
        var one = new Stream(One, 1);
        using (VolumeWriter writer = bench.Append())
        {
            writer.StartSession(VolumeBench.Start(One, 7));
            for (int i = 0; i < 5; i++)
            {
                writer.Append(One, 1, one.File(50_000));
                writer.Append(One, 1, one.Node(1000));
                writer.Commit(VolumeBench.Now);
            }
            writer.Close(VolumeBench.Now, full: true);
        }
        byte[]?[] whole = [.. bench.Medium];
        for (int length = 0; length < whole.Length; length++)
        {
            foreach (int part in (int[])[0, 10, 1000, 1100, 40_000])
            {
                bench.Medium.Clear();
                bench.Medium.AddRange(whole[..length]);
                if (part > 0 && whole[length] is { } block) bench.Medium.Add(block[..Math.Min(part, block.Length)]);
                bench.Drive.Unload();
                try
                {
                    ReadResult all = bench.ReadAll();
                    Assert.Empty(all.Records.Except(one.Given));
                    using VolumeReader reader = VolumeReader.Open(bench.Drive, VolumeBench.Name);
                    reader.ReadIndex(new ReadResult());
                    reader.ReadSession(One, [new FileIndexRange(1, 100)], new ReadResult());
                }
                catch (VolumeException)
                {
                    Assert.Equal(0, length);
                }
            }
        }
    }

    [Fact]
    public void A_failed_write_is_never_reported_as_stored()
    {
        for (int failing = 1; failing < 14; failing++)
        {
            var bench = new VolumeBench();
            bench.Drive.FailingWrite = bench.Drive.Writes + failing;
            var one = new Stream(One, 1);
            using VolumeWriter writer = bench.Append();
            var committed = new StreamPosition(0, 0);
            try
            {
                writer.StartSession(VolumeBench.Start(One, 7));
                for (int i = 0; i < 10; i++)
                {
                    writer.Append(One, 1, one.File(50_000));
                    long awaited = bench.Drive.FilemarksAwaited;
                    committed = writer.Commit(VolumeBench.Now).Points[0].Position;
                    Assert.Equal(awaited + 1, bench.Drive.FilemarksAwaited);
                }
            }
            catch (VolumeException)
            {
            }
            bench.Drive.Unload();
            ReadResult all = bench.ReadAll();
            Assert.True(all.Of(One).Count() >= committed.Data);
            Assert.True(committed.Data < one.Position.Data);
        }
    }

    [Fact]
    public void A_block_of_an_earlier_life_is_named_and_not_taken_for_data()
    {
        var old = new VolumeBench();
        Write(old, One, 1);
        var bench = new VolumeBench();
        VolumeWriter.Label(bench.Drive, VolumeBench.LabelOf(VolumeBench.Name, 2));
        Write(bench, Two, 2);
        bench.Medium.AddRange(old.Medium.Skip(bench.Medium.Count));
        ReadResult all = bench.ReadAll();
        Assert.Empty(all.Of(One));
        Assert.Contains(all.Faults, f => f.Kind == FaultKind.Misplaced);
    }

    private static void Write(VolumeBench bench, SessionId session, int seed)
    {
        var stream = new Stream(session, seed);
        using VolumeWriter writer = bench.Append();
        writer.StartSession(VolumeBench.Start(session, 1));
        for (int i = 0; i < (session == One ? 20 : 2); i++) writer.Append(session, 1, stream.File(50_000));
        writer.Close(VolumeBench.Now, full: false);
    }

    [Fact]
    [Trait("Req", "FMT-05")]
    public void Open_tells_blank_foreign_newer_damaged_and_wrong_volumes_apart()
    {
        var bench = new VolumeBench();
        byte[] label = bench.Medium[0]!;
        Assert.StartsWith("THIS IS A VOLUME", System.Text.Encoding.UTF8.GetString(label, 0, 20), StringComparison.Ordinal);
        Assert.True(label.Length <= BlockCodec.LabelBlockMax);
        Assert.Equal(label.Length, BlockCodec.LengthOf(label.AsSpan(0, 4096 < label.Length ? 4096 : label.Length)));
        Assert.Throws<WrongVolumeException>(() =>
            VolumeReader.Open(bench.Drive, VolumeBench.Name, new VolumeLifeId(new Guid(5, 0, 0, new byte[8]))));
        bench.Drive.Media["Other"] = [.. bench.Medium];
        Assert.Throws<WrongVolumeException>(() => VolumeReader.Open(bench.Drive, "Other"));
        bench.Drive.Media["Blank"] = [];
        Assert.Throws<BlankVolumeException>(() => VolumeReader.Open(bench.Drive, "Blank"));
        bench.Drive.Media["Tar"] = [new byte[10_240].Select((_, i) => (byte)(i + 1)).ToArray()];
        Assert.Throws<ForeignVolumeException>(() => VolumeReader.Open(bench.Drive, "Tar"));
        VolumeWriter.Label(bench.Drive, VolumeBench.LabelOf("Newer", 3) with { FormatVersion = VolumeText.FormatVersion + 1 });
        Assert.Throws<NewerFormatException>(() => VolumeReader.Open(bench.Drive, "Newer"));
        label[1100] ^= 4;
        Assert.Contains("damaged", Assert.Throws<DamagedVolumeException>(() => bench.Append()).Message, StringComparison.Ordinal);
        using (VolumeReader damaged = VolumeReader.Open(bench.Drive, VolumeBench.Name)) Assert.True(damaged.IsLabelLost);
        Assert.Throws<VolumeException>(() => VolumeReader.Open(bench.Drive, "Missing"));
    }

    [Fact]
    [Trait("Req", "FMT-04")]
    public void A_record_of_an_unknown_type_is_skipped_and_counted()
    {
        var bench = new VolumeBench();
        using (var block = new AlignedBuffer(64 << 10))
        {
            byte[] record = new byte[RecordHeader.Size + 9];
            RecordCodec.Write(record, new RecordHeader((RecordType)777, RecordFlags.None, 9, 0, 0), new byte[9]);
            Span<byte> at = block.Span[BlockHeader.Size..];
            new RunHeader(One, 1, FragmentHeader.Size + record.Length).Write(at);
            new FragmentHeader(record.Length, FragmentFlags.First | FragmentFlags.Last, 0).Write(at[RunHeader.Size..]);
            record.CopyTo(at[(RunHeader.Size + FragmentHeader.Size)..]);
            int length = BlockHeader.Size + RunHeader.Size + FragmentHeader.Size + record.Length;
            BlockCodec.Seal(block.Span, 0, new BlockHeader(BlockFlags.None, length, bench.Label.Life, bench.Medium.Count, 0));
            bench.Medium.Add(block.Span[..length].ToArray());
        }
        ReadResult all = bench.ReadAll();
        Assert.Empty(all.Faults);
        Assert.Equal(1, all.Summary.UnknownRecords);
    }
}
