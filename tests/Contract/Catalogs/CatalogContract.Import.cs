using Backup.Catalog;
using Backup.Catalog.Import;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

public abstract partial class CatalogContract
{
    private static readonly VolumeIdentity V1 = Volume("V1"), V2 = Volume("V2", labelled: 5);

    public static TheoryData<string> VolumeOrders => ["V1 V2", "V2 V1", "V2 V1 V2 V1"];

    [Theory]
    [MemberData(nameof(VolumeOrders))]
    public void An_imported_catalog_equals_the_lost_one(string order)
    {
        Dictionary<string, List<Action<CatalogImport>>> media = LiveHistory();
        using ICatalog rebuilt = OpenNew();
        var import = new CatalogImport(rebuilt);
        foreach (string volume in order.Split(' '))
            foreach (Action<CatalogImport> fact in media[volume]) fact(import);

        Assert.Equal(Dump(Catalog), Dump(rebuilt));
        Assert.Contains("unsaved session=", Dump(rebuilt), StringComparison.Ordinal);
        IReadOnlyList<JobRow> live = [.. Catalog.Jobs.List(new JobFilter()).Where(job => job.Session is not null)];
        Assert.Equal(live.Select(Facts), rebuilt.Jobs.List(new JobFilter()).Select(Facts));
        Assert.Equal([JobState.Incomplete, JobState.Failed, JobState.Ok, JobState.OkWithWarnings], live.Select(job => job.State));
        Assert.Equal(Node("V2 root", default).Encoding, rebuilt.Trees.Find(Node("V2 root", default).Id));
        Assert.Equal(Choose(JobLevel.Incremental).Reference,
            rebuilt.Jobs.FindReference(new("nightly", "client1", FileSetHash, JobLevel.Incremental)).Reference);
        Assert.Equal(5, import.Summary.CommitPoints);
    }

    [Fact]
    public void With_a_volume_missing_the_import_says_what_is_not_whole()
    {
        Dictionary<string, List<Action<CatalogImport>>> media = LiveHistory();
        using ICatalog rebuilt = OpenNew();
        var import = new CatalogImport(rebuilt);
        foreach (Action<CatalogImport> fact in media["V2"]) fact(import);
        NeededSession first = Assert.Single(rebuilt.Sessions.NeededBy(new JobId(2)), need => need.Need.Session == Session(1));
        Assert.Equal((true, false, null), (first.Known, first.Whole, first.Job));
        Assert.Null(rebuilt.Jobs.FindReference(new("nightly", "client1", FileSetHash, JobLevel.Incremental)).Reference);
        Assert.NotEqual(Dump(Catalog), Dump(rebuilt));
    }

    [Fact]
    public void Import_over_a_living_catalog_changes_nothing()
    {
        Dictionary<string, List<Action<CatalogImport>>> media = LiveHistory();
        string before = Dump(Catalog);
        IReadOnlyList<string> states = [.. Catalog.Jobs.List(new JobFilter()).Select(Facts)];
        var import = new CatalogImport(Catalog);
        foreach (Action<CatalogImport> fact in media["V2"].Concat(media["V1"])) fact(import);
        Assert.Equal(before, Dump(Catalog));
        Assert.Equal(states, Catalog.Jobs.List(new JobFilter()).Select(Facts));
        Assert.Equal((0, 0L), ((int)import.Summary.CommitPoints, import.Summary.NodesNew));
    }

    [Fact]
    public void Volumes_of_another_installation_and_jobs_that_clash_are_refused()
    {
        Run();
        SessionLabel label = Label(new JobId(1));
        Refused(() => Catalog.Sessions.Open(label with { Installation = new(Session(3).Value) }, Origin.Scan), "installation");
        Refused(() => Catalog.Sessions.Open(label with { Session = Session(50) }, Origin.Scan), "job 1 (nightly)", "already");
        Refused(() => Catalog.Sessions.Open(label with { Job = new JobId(50) }, Origin.Scan), "known as that of job 1");
        Refused(() => Catalog.Sessions.Open(label with { Job = new JobId(0), Session = Session(51) }, Origin.Scan), "no job id");
    }

    [Fact]
    public void A_dump_leaves_out_earlier_lives_and_what_lay_on_them_alone()
    {
        Run();
        Catalog.Volumes.Record(Volume("V1", life: 2, labelled: 50));
        string dump = Dump(Catalog);
        Assert.DoesNotContain("session", dump, StringComparison.Ordinal);
        Assert.Contains("volume name=\"V1\" life=00000002", dump, StringComparison.Ordinal);
        Assert.Equal(VolumeState.Recycled, Catalog.Sessions.FindOfJob(new JobId(1))!.Volumes[0].State);
    }

    private static string Facts(JobRow job) =>
        $"{job.Id} {job.Name} {job.Type} {job.LevelAsked} {job.Level} {job.Client} {job.FileSet} {job.State} {job.Scheduled} {job.Started} "
        + $"{job.Files} {job.Bytes} {job.ReferenceJob} {job.User} {string.Join(',', job.Pools)} {string.Join(',', job.Volumes)}";

    /// <summary>
    /// Four jobs with sessions and one without, played on <see cref="Catalog"/>; what of it stands on each volume is returned: 1 Full from
    /// V1
    /// to V2 with an unsaved file, 2 Incremental, 3 failed, 4 that never ended, 5 a restore.
    /// </summary>
    private Dictionary<string, List<Action<CatalogImport>>> LiveHistory()
    {
        var media = new Dictionary<string, List<Action<CatalogImport>>> { ["V1"] = [], ["V2"] = [] };
        Catalog.Volumes.Record(V1);
        Catalog.Volumes.Record(V2);
        media["V1"].Add(import => import.AddVolume(V1, full: true));
        media["V2"].Add(import => import.AddVolume(V2, full: false));

        SessionLabel full = OpenOn(media["V1"]);
        CommitOn(media["V1"],
            Commit(full.Session, V1, default, First, Node("V1 node", full.Session)) with { Unsaved = [Denied("/etc/shadow")] });
        Catalog.Volumes.Update(V1.Life, new VolumeChange(VolumeState.Full));
        CommitOn(media["V2"], Commit(full.Session, V2, First, Second, Node("V2 root", full.Session)));
        SessionEnd end = End(full, Second, Node("V2 root", default).Id, new SessionNeed(full.Session, 5, 900, 2));
        EndOn(media["V2"], end with { Seal = end.Seal with { Totals = Totals(unsaved: 1) } });

        SessionLabel incremental = OpenOn(media["V2"], JobLevel.Incremental, full.Job);
        CommitOn(media["V2"], Commit(incremental.Session, V2, default, First, Node("V2 root", incremental.Session)));
        EndOn(media["V2"], End(incremental, First, Node("V2 root", default).Id, new(full.Session, 4, 800, 1),
            new(incremental.Session, 1, 100, 1)));

        SessionLabel failed = OpenOn(media["V2"]);
        CommitOn(media["V2"], Commit(failed.Session, V2, default, First));
        end = End(failed, First);
        EndOn(media["V2"], end with { Seal = end.Seal with { Failure = "the client was killed" } });

        SessionLabel open = OpenOn(media["V2"]);
        CommitOn(media["V2"], Commit(open.Session, V2, default, First, Node("orphan", open.Session)));
        Catalog.Jobs.End(open.Job, Ended(JobState.Incomplete) with { Files = 0, Bytes = 0 });
        JobId restore = Catalog.Jobs.Create(Job("restore") with { Type = JobType.Restore, FileSet = null, FileSetHash = null });
        Catalog.Log.Append([new(restore, At(1), "not on any volume")]);
        return media;
    }

    private SessionLabel OpenOn(List<Action<CatalogImport>> volume, JobLevel level = JobLevel.Full, JobId? reference = null)
    {
        Catalog.Clients.RecordFileSet(FileSetVersion());
        NewJob job = Job(level: level);
        SessionLabel label = Label(Catalog.Jobs.Create(job), level, reference, job);
        Catalog.Sessions.Open(label);
        volume.Add(import => import.AddSession(label));
        return label;
    }

    private void CommitOn(List<Action<CatalogImport>> volume, SessionCommit commit)
    {
        Catalog.Sessions.Commit(commit);
        volume.Add(import => import.AddCommit(commit));
    }

    private void EndOn(List<Action<CatalogImport>> volume, SessionEnd end)
    {
        EndAnswer answer = Catalog.Sessions.End(end);
        Catalog.Jobs.End(end.Job, Ended(answer.Verdict));
        volume.Add(import => import.AddEnd(end));
    }
}
