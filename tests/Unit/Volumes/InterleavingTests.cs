using Backup.Devices.Drives.Disk;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Channels;
using Backup.Tests.Unit.Restore;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

/// <summary>Sessions that lie in each other on volumes, appended in any order: each comes back alone, all come back together.</summary>
public sealed class InterleavingTests
{
    [Theory]
    [Trait("Req", "JOB-02")]
    [Trait("Req", "RST-07")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Appended_to_several_volumes_in_crossed_orders_each_session_comes_back_alone_and_with_the_others(int seed)
    {
        var volumes = new CrossedVolumes(seed);
        for (int round = 0; round < 12; round++) volumes.Write();
        foreach (CrossedSession session in volumes.Sessions)
        {
            string[] whole = [.. session.Content];
            FileIndexRange all = new(1, long.MaxValue), one = new(session.Files / 2 + 1, session.Files / 2 + 1);
            Assert.Equal(whole, volumes.Read(session, all, isKnown: false));
            Assert.Equal(whole, volumes.Read(session, all, isKnown: true));
            string[] wanted = [.. whole.Where(record => record.Contains($" file {one.First} ", StringComparison.Ordinal))];
            Assert.Equal(3, wanted.Length); // its attributes, its content, its trailer
            Assert.Equal(wanted, volumes.Read(session, one, isKnown: true));
        }
        volumes.MustHoldAllTogether();
    }

    [Fact]
    [Trait("Req", "DEV-02")]
    [Trait("Req", "RST-07")]
    public void The_second_of_three_jobs_on_a_disk_volume_is_read_by_its_blocks_alone()
    {
        using var folder = new TemporaryFolder();
        using var drive = new DiskDrive(new DiskDriveOptions(folder.Path, BlockCodec.LengthOf));
        var bench = new VolumeBench(drive);
        var points = new Dictionary<SessionId, IReadOnlyList<CommitPoint>>();
        Stream[] jobs = [.. Enumerable.Range(1, 3).Select(number => new Stream(CrossedVolumes.Id(number), number))];
        foreach (Stream job in jobs)
        {
            using VolumeWriter writer = bench.Append();
            writer.StartSession(VolumeBench.Start(job.Session, 1));
            for (int i = 0; i < 20; i++) writer.Append(job.Session, 1, job.File(50_000));
            writer.EndSession(job.Session, VolumeBench.Seal(job.Position), VolumeBench.Now);
            points[job.Session] = writer.Close(VolumeBench.Now, full: false).Points;
        }
        CommitPoint point = Assert.Single(points[jobs[1].Session]);
        using VolumeReader reader = VolumeReader.Open(drive, VolumeBench.Name);
        var result = new ReadResult();
        reader.ReadSession(jobs[1].Session, [new(1, long.MaxValue)], result, [new SegmentSpan(0, point.Segment, 0, point.LastFileIndex)]);

        Assert.Equal(jobs[1].Given, result.Records);
        Assert.All(result.Blocks, block => Assert.InRange(block, point.FirstBlock, point.LastBlock));
        long own = point.LastBlock - point.FirstBlock + 1, segment = 1, segmentOfTheJobBefore = 1;
        Assert.Equal(own + segment + segmentOfTheJobBefore, reader.BlocksRead);
    }

    [Fact]
    [Trait("Req", "FMT-13")]
    public void A_volume_tells_when_it_was_labelled_and_when_it_was_first_written_however_often_it_is_mounted()
    {
        var bench = new VolumeBench();
        var clock = new ManualClock();
        Instant first = Instant.Now(clock);
        Assert.NotEqual(first, bench.Label.Labelled);
        for (int mount = 1; mount <= 3; mount++)
        {
            var job = new Stream(CrossedVolumes.Id(mount), mount);
            using (VolumeWriter writer = VolumeWriter.OpenForAppend(bench.Drive, VolumeBench.Name, null, clock))
            {
                writer.StartSession(VolumeBench.Start(job.Session, mount));
                writer.Append(job.Session, 1, job.File(1000));
                writer.EndSession(job.Session, VolumeBench.Seal(job.Position), Instant.Now(clock));
                writer.Close(Instant.Now(clock), full: false);
            }
            using (VolumeReader reader = VolumeReader.Open(bench.Drive, VolumeBench.Name))
            {
                SessionCatalogue catalogue = reader.ReadIndex(new ReadResult());
                Assert.Equal((bench.Label.Labelled, first, mount),
                    (catalogue.Label.Labelled, catalogue.Counts!.FirstWritten, catalogue.Counts.Mounts));
            }
            clock.Advance(TimeSpan.FromHours(1));
        }
    }
}

/// <summary>A session as it was written: its records, and by which index segments of which volumes they are found.</summary>
internal sealed class CrossedSession(SessionId id, int seed)
{
    public Stream Stream { get; } = new(id, seed);
    public int Files { get; private set; }
    public List<string> Volumes { get; } = [];
    public Dictionary<string, List<SegmentSpan>> Known { get; } = [];
    public IEnumerable<string> Content => Stream.Given.Where(record => !record.Contains("Node", StringComparison.Ordinal));

    private long _lastFile;

    public byte[] NextFile(int size)
    {
        Files++;
        return Stream.File(size);
    }

    public void Note(string volume, CommitPoint point)
    {
        if (!Volumes.Contains(volume)) Volumes.Add(volume);
        if (point.Segment == 0) return;
        if (!Known.TryGetValue(volume, out List<SegmentSpan>? known)) Known[volume] = known = [];
        known.Add(new SegmentSpan(known.Count > 0 ? known[^1].Segment : 0, point.Segment, _lastFile, point.LastFileIndex));
        _lastFile = point.LastFileIndex;
    }
}

/// <summary>Volumes that are written in turns by chance; the sessions of a full one go on on another that may have some already.</summary>
internal sealed class CrossedVolumes(int seed)
{
    private readonly VolumeBench _bench = new();
    private readonly Random _random = new(seed);
    private readonly List<string> _open = [VolumeBench.Name];
    private readonly List<string> _all = [VolumeBench.Name];

    public List<CrossedSession> Sessions { get; } = [];

    public static SessionId Id(int number) => new(new Guid(number, 2, 0x4333, 0x84, 5, 6, 7, 8, 9, 10, 11));

    /// <summary>One to three sessions that run at the same time.</summary>
    public void Write()
    {
        while (_open.Count < 3) Label();
        string volume = _open[_random.Next(_open.Count)];
        CrossedSession[] sessions = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Begin())];
        VolumeWriter writer = _bench.Append(volume);
        foreach (CrossedSession session in sessions) writer.StartSession(VolumeBench.Start(session.Stream.Session, Sessions.Count));
        Append(writer, volume, sessions);
        if (_random.Next(3) == 0)
        {
            Fill(writer, volume, sessions[0]);
            FinishResult finish = writer.Finish(VolumeBench.Now);
            Note(volume, finish.Points);
            _bench.Drive.EndOfMediumAt = long.MaxValue;
            writer.Dispose();
            _open.Remove(volume);
            volume = _open[_random.Next(_open.Count)];
            writer = _bench.Append(volume);
            Assert.Equal(StoreOutcome.Stored, writer.Take(finish.Remainder));
            Append(writer, volume, sessions);
        }
        foreach (Stream stream in sessions.Select(session => session.Stream))
            writer.EndSession(stream.Session, VolumeBench.Seal(stream.Position), VolumeBench.Now);
        Note(volume, writer.Close(VolumeBench.Now, full: false).Points);
        writer.Dispose();
    }

    /// <summary>What a restore of that session alone gets, from no more volumes than it must where their segments are known.</summary>
    public string[] Read(CrossedSession session, FileIndexRange wanted, bool isKnown)
    {
        var result = new ReadResult();
        foreach (string volume in session.Volumes)
        {
            IReadOnlyList<SegmentSpan>? known = isKnown ? session.Known.GetValueOrDefault(volume, []) : null;
            if (known is not null && !known.Any(span => span.Has([wanted]))) continue;
            using VolumeReader reader = VolumeReader.Open(_bench.Drive, volume);
            reader.ReadSession(session.Stream.Session, [wanted], result, known);
        }
        Assert.Empty(result.Faults);
        return [.. result.Records];
    }

    /// <summary>Each volume is opened once, and every session read from it in turn.</summary>
    public void MustHoldAllTogether()
    {
        var found = Sessions.ToDictionary(session => session, _ => new ReadResult());
        foreach (string volume in _all)
        {
            using VolumeReader reader = VolumeReader.Open(_bench.Drive, volume);
            foreach (CrossedSession session in Sessions)
                reader.ReadSession(session.Stream.Session, [new FileIndexRange(1, long.MaxValue)], found[session]);
        }
        foreach ((CrossedSession session, ReadResult result) in found)
        {
            Assert.Empty(result.Faults);
            Assert.Equal(session.Content.Order(), result.Records.Order());
        }
    }

    private CrossedSession Begin()
    {
        Sessions.Add(new CrossedSession(Id(Sessions.Count + 1), Sessions.Count));
        return Sessions[^1];
    }

    private void Label()
    {
        string name = $"Vol-{_all.Count + 1:d4}";
        _all.Add(name);
        _open.Add(name);
        VolumeWriter.Label(_bench.Drive, VolumeBench.LabelOf(name, _all.Count));
    }

    private void Append(VolumeWriter writer, string volume, CrossedSession[] sessions)
    {
        foreach (CrossedSession session in sessions) Assert.Equal(StoreOutcome.Stored, Put(writer, session));
        for (int i = _random.Next(5, 20); i > 0; i--)
        {
            Put(writer, sessions[_random.Next(sessions.Length)]);
            if (_random.Next(5) == 0) Note(volume, writer.Commit(VolumeBench.Now).Points);
        }
    }

    private void Fill(VolumeWriter writer, string volume, CrossedSession session)
    {
        _bench.Drive.EndOfMediumAt = _bench.Drive.Media[volume].Sum(block => block?.LongLength ?? 0) + 1;
        while (writer.Append(session.Stream.Session, 1, session.NextFile(40_000)) == StoreOutcome.Stored)
        {
        }
    }

    private StoreOutcome Put(VolumeWriter writer, CrossedSession session)
    {
        writer.Append(session.Stream.Session, 1, session.NextFile(_random.Next(1, 90_000)));
        return writer.Append(session.Stream.Session, 1, session.Stream.Node(_random.Next(10, 2000)));
    }

    private void Note(string volume, IReadOnlyList<CommitPoint> points)
    {
        foreach (CommitPoint point in points) Sessions.Single(session => session.Stream.Session == point.Session).Note(volume, point);
    }
}
