using System.Text;
using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Trees;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

public abstract partial class CatalogContract
{
    private static readonly StreamPosition First = new(3, 1), Second = new(7, 4);

    [Fact]
    public void Commits_advance_the_session_and_its_volumes_and_may_be_repeated()
    {
        SessionLabel label = Begin();
        Catalog.Sessions.Open(label);
        SessionCommit first = Commit(label.Session, Volume("V1"), default, First, Node("a", label.Session));
        SessionCommit second = Commit(label.Session, Volume("V1"), First, Second, Node("a", label.Session), Node("b", label.Session));
        Assert.Equal(new CommitAnswer(true, First, 1), Catalog.Sessions.Commit(first));
        Assert.Equal(new CommitAnswer(true, Second, 1), Catalog.Sessions.Commit(second));
        Assert.Equal(new CommitAnswer(false, Second, 0), Catalog.Sessions.Commit(first));
        Assert.Equal(new CommitAnswer(false, Second, 0), Catalog.Sessions.Commit(second));
        Restart();

        SessionRow session = Catalog.Sessions.Find(label.Session)!;
        Assert.Equal((label.Job, Second, "/etc/file7"), (session.Job!.Value, session.Catalogued, session.LastPath));
        Assert.Equal(new VolumeSpan("V1", Volume("V1").Life, 1, 7), Assert.Single(session.Volumes).Span);
        Assert.Equal(("Daily", "storage1"), (session.Pool, session.Storage));
        VolumeRow volume = Catalog.Volumes.Find("V1")!;
        Assert.Equal((8L, 8L * 65_536, (Instant?)At(3), (Instant?)At(7), 1L),
            (volume.Blocks, volume.Bytes, volume.FirstWritten, volume.LastWritten, volume.Sessions));
    }

    [Fact]
    public void A_commit_after_a_gap_or_against_what_is_known_is_refused_and_changes_nothing()
    {
        SessionLabel label = Begin();
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, First));
        string before = Dump(Catalog);
        Refused(() => Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), Second, new(9, 9), Node("x", label.Session))),
            "of job 1 (nightly)", "record 7");
        Refused(() => Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, Second)), "went to");
        Refused(() => Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), Second, First)), "cannot go");
        SessionCommit odd = Commit(label.Session, Volume("V1"), First, Second);
        Refused(() => Catalog.Sessions.Commit(odd with { Span = odd.Span with { FirstBlock = 8, LastBlock = 7 } }), "no span");
        Refused(() => Catalog.Sessions.Commit(odd with { Committed = new(long.MaxValue, 0) }), "of job 1 (nightly)", "1678");
        Refused(() => Catalog.Sessions.Commit(Commit(label.Session, Volume("V9"), First, Second)), "V9", "unknown");
        Refused(() => Catalog.Sessions.Commit(Commit(Session(99), Volume("V1"), default, First)), "not open");
        Assert.Equal(before, Dump(Catalog));
        Assert.Null(Catalog.Trees.Find(Node("x", label.Session).Id));
    }

    [Fact]
    public void A_node_that_is_not_what_its_id_says_takes_the_whole_commit_with_it()
    {
        SessionLabel label = Begin();
        StoredNode good = Node("good", label.Session);
        StoredNode bad = good with { Encoding = Encoding.UTF8.GetBytes("evil") };
        SessionCommit commit = Commit(label.Session, Volume("V1"), default, First, Node("before", label.Session), bad);
        Refused(() => Catalog.Sessions.Commit(commit), "is not what its id says");
        Refused(() => Catalog.Sessions.Commit(commit with { Nodes = [Node("n", Session(42))] }), "came with session");
        Assert.Null(Catalog.Trees.Find(Node("before", label.Session).Id));
        Assert.Equal(default, Catalog.Sessions.Find(label.Session)!.Catalogued);
        Assert.Equal(0, Catalog.Volumes.Find("V1")!.Blocks);
    }

    [Fact]
    public void A_source_that_fails_in_the_middle_of_a_commit_leaves_nothing_of_it()
    {
        SessionLabel label = Begin();
        IEnumerable<StoredNode> Failing()
        {
            yield return Node("half", label.Session);
            throw new InvalidDataException("cut");
        }
        SessionCommit commit = Commit(label.Session, Volume("V1"), default, First) with { Nodes = Failing() };
        Assert.Throws<InvalidDataException>(() => Catalog.Sessions.Commit(commit));
        Restart();
        Assert.Null(Catalog.Trees.Find(Node("half", label.Session).Id));
        Assert.True(Catalog.Sessions.Commit(commit with { Nodes = [Node("half", label.Session)] }).Applied);
    }

    [Fact]
    [Trait("Req", "FIL-05")]
    [Trait("Req", "CAT-02")]
    public void Unsaved_files_are_kept_in_order_with_bytes_that_are_no_text()
    {
        SessionLabel label = Begin();
        byte[] path = [.. "/"u8, .. Enumerable.Repeat((byte)'d', 3990), .. "/n\xff\xfe\n"u8];
        path[^3] = 0xff;
        UnsavedFile odd = new(path, UnsavedReason.ReadError, "Input/output error");
        SessionCommit first = Commit(label.Session, Volume("V1"), default, First) with { Unsaved = [odd, Denied("/a")] };
        Catalog.Sessions.Commit(first);
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), First, Second) with { Unsaved = [Denied("/a")] });
        Catalog.Sessions.Commit(first);
        Restart();
        IReadOnlyList<UnsavedFile> unsaved = Catalog.Sessions.Unsaved(label.Job, 10);
        Assert.Equal(3, Catalog.Sessions.UnsavedCount(label.Job));
        Assert.Equal(path, unsaved[0].Path);
        Assert.Equal((UnsavedReason.ReadError, "Input/output error"), (unsaved[0].Reason, unsaved[0].Detail));
        Assert.Equal("/a"u8.ToArray(), unsaved[2].Path);
        Assert.Equal("/a"u8.ToArray(), Assert.Single(Catalog.Sessions.Unsaved(label.Job, 1, skip: 1)).Path);
    }

    [Fact]
    public void End_gives_the_verdict_and_is_written_once()
    {
        SessionLabel label = Begin();
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, Second, Node("n", label.Session), Node("n", label.Session)));
        SessionEnd end = End(label, Second);
        Assert.Equal(new EndAnswer(JobState.Ok, Second, 1), Catalog.Sessions.End(end));
        Assert.Equal(new EndAnswer(JobState.Ok, Second, 1), Catalog.Sessions.End(end));
        Refused(() => Catalog.Sessions.End(end with { BytesStored = 1, StoredPosition = First }), "ended already");
        Refused(() => Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), Second, new(9, 9))), "has ended");
        SessionRow row = Catalog.Sessions.FindOfJob(label.Job)!;
        Assert.Equal((JobState.Ok, SomeRoot, Totals()), (row.Verdict, row.Root, row.Totals));
        Assert.Equal(JobState.Queued, Catalog.Jobs.Find(label.Job)!.State);
    }

    [Fact]
    [Trait("Req", "CAT-13")]
    public void Needed_sessions_come_with_their_volumes_in_order_and_missing_ones_are_said()
    {
        SessionLabel full = Begin();
        Catalog.Volumes.Record(Volume("V0"));
        Catalog.Sessions.Commit(Commit(full.Session, Volume("V1"), default, First));
        Catalog.Sessions.Commit(Commit(full.Session, Volume("V0"), First, Second));
        Catalog.Sessions.End(End(full, Second));
        SessionLabel incremental = Begin(level: JobLevel.Incremental, reference: full.Job, volume: Volume("V2"));
        Catalog.Sessions.Commit(Commit(incremental.Session, Volume("V2"), default, First));
        Catalog.Sessions.End(End(incremental, First, null, new(full.Session, 4, 800, 3), new(incremental.Session, 1, 100, 1),
            new(Session(77), 1, 1, 0)));

        IReadOnlyList<NeededSession> needed = Catalog.Sessions.NeededBy(incremental.Job);
        NeededSession lost = needed.Single(need => !need.Known);
        Assert.Equal((Session(77), false), (lost.Need.Session, lost.Whole));
        NeededSession old = needed.Single(need => need.Need.Session == full.Session);
        Assert.Equal(new SessionNeed(full.Session, 4, 800, 3), old.Need);
        Assert.Equal(["V1", "V0"], old.Volumes.Select(volume => volume.Span.Volume));
        Assert.True(old.Whole);
        Catalog.Volumes.Update(Volume("V0").Life, new VolumeChange(VolumeState.Lost, "burnt"));
        old = Catalog.Sessions.NeededBy(incremental.Job).Single(need => need.Need.Session == full.Session);
        Assert.Equal([VolumeState.Append, VolumeState.Lost], old.Volumes.Select(volume => volume.State));
    }

    [Fact]
    [Trait("Req", "RST-04")]
    public void Where_the_indexes_of_a_session_lie_is_known_and_a_few_of_many_are_enough()
    {
        SessionLabel label = Begin();
        Catalog.Volumes.Record(Volume("V0"));
        StreamPosition at = default;
        for (int i = 1; i <= 20; i++)
        {
            StreamPosition to = i % 5 == 0 ? at with { Index = at.Index + 1 } : new StreamPosition(at.Data + 3, at.Index);
            SessionCommit commit = Commit(label.Session, Volume(i <= 10 ? "V1" : "V0"), at, to);
            Catalog.Sessions.Commit(to.Data > at.Data ? commit with { Segment = 10 * i, LastFileIndex = i }
                : commit with { Span = commit.Span with { FirstBlock = -1, LastBlock = -1 } });
            at = to;
        }
        Restart();
        SegmentPlace[] all = [.. Enumerable.Range(1, 20).Where(i => i % 5 != 0).Select(i => new SegmentPlace(i <= 10 ? 0 : 1, 10 * i, i))];
        Assert.Equal(all, Catalog.Sessions.Segments(label.Session, 16));
        IReadOnlyList<SegmentPlace> few = Catalog.Sessions.Segments(label.Session, 4)!;
        Assert.InRange(few.Count, 2, 6);
        Assert.Contains(all[7], few);
        Assert.Equal(all[15], few[^1]);
        Assert.Subset(all.ToHashSet(), few.ToHashSet());

        Catalog.Sessions.Commit(Commit(label.Session, Volume("V0"), at, at with { Data = at.Data + 1 }));
        Assert.Null(Catalog.Sessions.Segments(label.Session, 16));
    }

    [Fact]
    [Trait("Req", "RST-04")]
    public void Where_a_scan_found_no_whole_commit_point_the_indexes_of_a_session_are_not_all_known()
    {
        SessionLabel label = Begin();
        SessionCommit first = Commit(label.Session, Volume("V1"), default, First) with { Segment = 10, LastFileIndex = 1 };
        Catalog.Sessions.Commit(first, Origin.Scan);
        Assert.Equal([new SegmentPlace(0, 10, 1)], Catalog.Sessions.Segments(label.Session, 16)!);
        // Of the next one only a piece of its index is left: it goes from where nothing ended.
        StreamPosition piece = new(First.Data + 5, First.Index + 2);
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), piece, piece with { Index = piece.Index + 1 }) with
        {
            Span = first.Span with { FirstBlock = -1, LastBlock = -1 },
        }, Origin.Scan);
        Assert.Null(Catalog.Sessions.Segments(label.Session, 16));
    }

    [Fact]
    public void Nodes_come_back_byte_for_byte_and_any_holder_will_do_the_nearest_first()
    {
        JobId full = Run();
        JobId again = Run();
        byte[] large = new byte[300_000];
        new Random(1).NextBytes(large);
        SessionLabel label = Begin(level: JobLevel.Incremental, reference: full);
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, First, Node(large, label.Session), Node([], label.Session)));
        Assert.Equal(large, Catalog.Trees.Find(Node(large, label.Session).Id));
        Assert.Empty(Assert.IsType<byte[]>(Catalog.Trees.Find(Node([], label.Session).Id)));
        Assert.Null(Catalog.Trees.Find(Node("unknown", default).Id));
        Assert.Null(Catalog.Trees.HolderOf(Node("unknown", default).Id));
        Assert.Equal(Session(again.Value), Catalog.Trees.HolderOf(SomeRoot));
        Assert.Equal(Session(full.Value), Catalog.Trees.HolderOf(SomeRoot, full));
        Assert.Equal(Session(full.Value), Catalog.Trees.FindStored(SomeRoot, full)!.Holder);
    }

    [Fact]
    public void Eight_sessions_committing_at_once_lose_nothing()
    {
        const int Commits = 6;
        SessionLabel[] labels = [.. Enumerable.Range(0, 8).Select(_ => Begin())];
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Thread[] threads = [.. labels.Select(label => new Thread(() =>
        {
            for (int i = 0; i < Commits; i++)
            {
                SessionCommit commit = Commit(label.Session, Volume("V1"), new(i, i), new(i + 1, i + 1),
                    Node($"shared {i}", label.Session), Node($"own {i} {label.Job}", label.Session));
                Catalog.Sessions.Commit(commit);
                if (Catalog.Trees.Find(Node($"own {i} {label.Job}", label.Session).Id) is null) failures.Enqueue($"{label.Job} {i}");
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Empty(failures);
        Assert.All(labels, label => Assert.Equal(new StreamPosition(Commits, Commits), Catalog.Sessions.Find(label.Session)!.Catalogued));
        Assert.Equal(8, Catalog.Volumes.Find("V1")!.Sessions);
    }

    private static string Dump(ICatalog catalog)
    {
        using var text = new StringWriter();
        catalog.Dump(text);
        return text.ToString();
    }
}
