using System.Collections.Concurrent;
using Backup.Catalog.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

public abstract partial class CatalogContract
{
    [Fact]
    public void A_job_is_found_as_it_was_created_and_changed()
    {
        Catalog.Clients.RecordFileSet(FileSetVersion());
        JobId id = Catalog.Jobs.Create(Job(level: JobLevel.Incremental, minute: 3));
        Catalog.Jobs.Update(id, new JobChange(JobState.Running, "walking", JobLevel.Full, At(4)));
        Catalog.Jobs.Update(id, new JobChange(Reason: "sending"));
        Restart();

        JobRow job = Assert.IsType<JobRow>(Catalog.Jobs.Find(id));
        Assert.Equal(("nightly", JobType.Backup, JobLevel.Incremental, JobLevel.Full), (job.Name, job.Type, job.LevelAsked, job.Level));
        Assert.Equal((JobState.Running, "sending", At(3), (Instant?)At(4)), (job.State, job.Reason, job.Scheduled, job.Started));
        Assert.Equal(("client1", "etc", (Hash256?)FileSetHash, "admin"), (job.Client, job.FileSet, job.FileSetHash, job.User));
        Assert.Null(job.Ended);
        Assert.Null(Catalog.Jobs.Find(new JobId(id.Value + 1)));
    }

    [Fact]
    public void Ids_kept_above_a_number_that_is_known_elsewhere_are_never_given_again()
    {
        Catalog.Jobs.KeepIdsAbove(new JobId(41));
        Restart();
        Assert.Equal(42, Catalog.Jobs.Create(Job() with { FileSet = null, FileSetHash = null }).Value);
        Catalog.Jobs.KeepIdsAbove(new JobId(7));
        Assert.Equal(43, Catalog.Jobs.Create(Job() with { FileSet = null, FileSetHash = null }).Value);
    }

    [Fact]
    public void End_is_written_once_and_no_other_end_after_it()
    {
        JobId id = Catalog.Jobs.Create(Job() with { FileSet = null, FileSetHash = null, Type = JobType.Restore,
            LevelAsked = JobLevel.None });
        Catalog.Jobs.End(id, Ended(JobState.Canceled));
        Catalog.Jobs.End(id, Ended(JobState.Canceled, 200));
        Assert.Equal((JobState.Canceled, 5L, 900L, (Instant?)At(100)), (Catalog.Jobs.Find(id)!.State, Catalog.Jobs.Find(id)!.Files,
            Catalog.Jobs.Find(id)!.Bytes, Catalog.Jobs.Find(id)!.Ended));
        Refused(() => Catalog.Jobs.End(id, Ended(JobState.Ok)), $"end of job {id} (nightly)", "Canceled");
        Refused(() => Catalog.Jobs.Update(id, new JobChange(JobState.Running)), "has ended");
        Refused(() => Catalog.Jobs.Update(new JobId(99), new JobChange(JobState.Running)), "job 99", "no such job");
    }

    [Fact]
    [Trait("Req", "CAT-04")]
    public void Eight_threads_creating_jobs_get_different_ids_and_none_is_lost()
    {
        var ids = new ConcurrentBag<JobId>();
        Catalog.Clients.RecordFileSet(FileSetVersion());
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 5; i++) ids.Add(Catalog.Jobs.Create(Job()));
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(40, ids.Distinct().Count());
        Assert.Equal(40, Catalog.Jobs.List(new JobFilter()).Count);
    }

    [Fact]
    [Trait("Req", "CAT-11")]
    public void Ids_go_on_beyond_32_bits()
    {
        var high = new JobId((1L << 32) + 5);
        Catalog.Volumes.Record(Volume("V1"));
        Catalog.Sessions.Open(Label(high), Backup.Catalog.Sessions.Origin.Scan);
        Assert.Equal(high.Value + 1, Catalog.Jobs.Create(Job()).Value);
        StreamPosition far = new((1L << 40) + 1, (1L << 36) + 1);
        Catalog.Sessions.Commit(Commit(Session(high.Value), Volume("V1"), default, far));
        Assert.Equal(far, Catalog.Sessions.FindOfJob(high)!.Catalogued);
        Assert.Equal(high, Assert.Single(Catalog.Jobs.List(new JobFilter(Volume: "V1"))).Id);
    }

    [Fact]
    [Trait("Req", "CAT-16")]
    public void List_filters_and_takes_pools_from_the_volumes()
    {
        JobId one = Run();
        JobId two = Run(Job("weekly"), state: JobState.OkWithWarnings);
        Catalog.Jobs.Create(Job(minute: 500));
        Assert.Equal([two], Catalog.Jobs.List(new JobFilter(Name: "weekly")).Select(job => job.Id));
        Assert.Equal([two], Catalog.Jobs.List(new JobFilter(State: JobState.OkWithWarnings)).Select(job => job.Id));
        Assert.Equal([two, one], Catalog.Jobs.List(new JobFilter(Volume: "V1")).Select(job => job.Id));
        Assert.Equal(3, Catalog.Jobs.List(new JobFilter(Client: "client1", FileSet: "etc", Type: JobType.Backup,
            Level: JobLevel.Full)).Count);
        Assert.Single(Catalog.Jobs.List(new JobFilter(ScheduledFrom: At(400))));
        Assert.Equal(2, Catalog.Jobs.List(new JobFilter(Limit: 2)).Count);
        Assert.Empty(Catalog.Jobs.List(new JobFilter(Client: "nobody")));
        JobRow row = Assert.Single(Catalog.Jobs.List(new JobFilter(Id: one)));
        Assert.Equal(["Daily"], row.Pools);
        Assert.Equal(["V1"], row.Volumes);

        Catalog.Volumes.Update(Volume("V1").Life, new Backup.Catalog.Volumes.VolumeChange(Pool: "Archive"));
        Assert.Equal(["Archive"], Catalog.Jobs.Find(one)!.Pools);
    }

    [Fact]
    [Trait("Req", "CAT-12")]
    public void An_error_of_the_engine_names_job_and_operation()
    {
        JobId id = Catalog.Jobs.Create(Job() with { FileSet = null, FileSetHash = null });
        Refused(() => Catalog.Log.Append([new(id, At(1), "fine"), new(new JobId(777), At(1), "of no job")]),
            "append to the log of job 777", "FOREIGN KEY");
        Assert.Empty(Catalog.Log.List(id, 10));
        Refused(() => Catalog.Jobs.Update(id, new JobChange(Started: new Instant(long.MaxValue / 2, 0))), "of job 1 (nightly)", "1678");
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    public void Incremental_takes_the_last_usable_run_and_differential_the_last_full()
    {
        JobId full = Run();
        JobId incremental = Run(level: JobLevel.Incremental, reference: full);
        Run(level: JobLevel.Incremental, reference: incremental, state: JobState.Failed);
        Run(Job("other"));
        ReferenceJob found = Choose(JobLevel.Incremental).Reference!;
        Assert.Equal((incremental, Session(incremental.Value), JobLevel.Incremental), (found.Job, found.Session, found.Level));
        Assert.Equal((SomeRoot, At(incremental.Value)), (found.Root, found.ScanStarted));
        Assert.Equal(full, Choose(JobLevel.Differential).Reference!.Job);
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    [Trait("Req", "CAT-01")]
    public void No_reference_is_explained()
    {
        Assert.Equal("there is no earlier backup of job nightly on client client1", Choose(JobLevel.Incremental).WhyNot);
        JobId full = Run();
        Assert.Null(Choose(JobLevel.Incremental, new Hash256(9, 9, 9, 9)).Reference);
        Assert.Contains($"the FileSet or its roots have changed since job {full}",
            Choose(JobLevel.Incremental, new Hash256(9, 9, 9, 9)).WhyNot,
            StringComparison.Ordinal);

        Run(Job(fileSet: new Hash256(9, 9, 9, 9)));
        Assert.Equal(full, Choose(JobLevel.Incremental).Reference!.Job);
        Assert.Equal(2, Catalog.Clients.FileSets("etc").Count);
    }

    [Fact]
    public void A_session_that_is_not_whole_in_the_catalog_is_no_reference()
    {
        SessionLabel label = Begin();
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, new StreamPosition(4, 2)));
        Catalog.Sessions.End(End(label, new StreamPosition(5, 2)));
        Catalog.Jobs.End(label.Job, Ended(JobState.Ok));
        Assert.Contains("not whole", Choose(JobLevel.Incremental).WhyNot, StringComparison.Ordinal);
        Assert.Null(Catalog.Jobs.FindRestorePoint("client1", null, At(1000)));
    }

    [Fact]
    public void Restore_point_is_the_newest_good_run_at_that_time()
    {
        JobId one = Run();
        JobId two = Run();
        Run(state: JobState.Incomplete);
        Assert.Equal(two, Catalog.Jobs.FindRestorePoint("client1", "etc", At(1000))!.Id);
        Assert.Equal(one, Catalog.Jobs.FindRestorePoint("client1", null, At(one.Value))!.Id);
        Assert.Null(Catalog.Jobs.FindRestorePoint("client1", null, At(0)));
        Assert.Null(Catalog.Jobs.FindRestorePoint("client1", "home", At(1000)));
    }

    private ReferenceChoice Choose(JobLevel level, Hash256? fileSet = null) =>
        Catalog.Jobs.FindReference(new ReferenceQuestion("nightly", "client1", fileSet ?? FileSetHash, level));
}
