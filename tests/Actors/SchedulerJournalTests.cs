using System.Collections.Concurrent;
using Akka.Actor;
using Backup.Actors.Director;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Schedules;
using Backup.Cluster.Startup;
using Backup.Configuration;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Wire;

namespace Backup.Tests.Actors;

/// <summary>The scheduler's events and snapshot in the journal that a node has.</summary>
public sealed class SchedulerJournalTests : DirectorFixture
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _journal = Path.Combine(Directory.CreateTempSubdirectory("backup-journal-").FullName, "journal.db");
    private readonly ConcurrentQueue<JobSpecification> _wanted = new();

    [Fact]
    public async Task A_node_that_starts_again_owes_what_it_owed_and_nothing_twice()
    {
        DirectorParts parts = Parts with { Live = new LiveConfiguration(EveryMinute()) };
        ActorSystem first = Start();
        IActorRef scheduler = Scheduler(first, parts);
        await Coming(scheduler);
        first.EventStream.Publish(new JobFinished(new JobId(1000), "nightly", JobState.Failed, "the drive is on fire"));
        await Until(async () => (await Coming(scheduler)).Any(job => job.Trigger == JobTrigger.Retry));
        Clock.Advance(TimeSpan.FromMinutes(90));
        first.EventStream.Publish(new ConfigurationChanged(1));
        await Until(async () => _wanted.Count == 90 && (await Coming(scheduler)).All(job => job.Next > Moment));
        await first.Terminate();

        ActorSystem second = Start();
        IActorRef again = Scheduler(second, parts);
        ScheduledJob retry = Assert.Single(await Coming(again), job => job.Trigger == JobTrigger.Retry);
        Assert.Equal(90, _wanted.Count);
        Clock.Advance(TimeSpan.FromMinutes(30));
        second.EventStream.Publish(new ConfigurationChanged(2));
        await Until(() => Task.FromResult(_wanted.Count == 90 + 30 + 1));
        JobSpecification tried = Assert.Single(_wanted, run => run.Trigger == JobTrigger.Retry);
        Assert.Equal((retry.Next, FileSet.Roots[0]), (tried.Scheduled, tried.FileSet!.Roots[0]));
        Assert.Equal(_wanted.Count, _wanted.Select(run => run.Key).Distinct().Count());
        await second.Terminate();
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(Path.GetDirectoryName(_journal)!, recursive: true);
    }

    private ActorSystem Start() => NodeSystem.Create(new WireMap(SchedulerProtocol.Entries), JournalStore.InFile(_journal));

    private IActorRef Scheduler(ActorSystem system, DirectorParts parts)
    {
        IActorRef director = system.ActorOf(Props.Create(() => new TakingDirector(_wanted, Nightly(JobLevel.Full))), "director");
        return system.ActorOf(Props.Create(() => new SchedulerActor(parts, director)), "scheduler");
    }

    private static async Task<IReadOnlyList<ScheduledJob>> Coming(IActorRef scheduler) =>
        (await scheduler.Ask<ScheduledJobs>(new ScheduledJobsWanted(), Patience)).Jobs;

    private async Task Until(Func<Task<bool>> holds) => await AwaitConditionAsync(holds, Patience);

    private static BackupConfiguration EveryMinute() => BackupConfiguration.Load([new ConfigurationText("test.conf",
        """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Director { d { } }
        Client { c1 { node = n } }
        Storage { s1 { node = n, folder = volumes } }
        Pool { p1 { } }
        FileSet { etc { paths = ["/etc"] } }
        Schedule { often { run = "cron * * * * *", time-zone = UTC } }
        Job { nightly { client = c1, fileset = etc, storage = s1, pool = p1, schedule = often, retries = 1, retry-interval = 110 min } }
        """)]).Model!;

    /// <summary>Takes every run at once.</summary>
    private sealed class TakingDirector : ReceiveActor
    {
        public TakingDirector(ConcurrentQueue<JobSpecification> wanted, JobSpecification failed)
        {
            Receive<RunWanted>(run =>
            {
                wanted.Enqueue(run.Specification);
                Sender.Tell(new RunAccepted(new JobId(wanted.Count), run.Specification.Key));
            });
            Receive<JobStatusWanted>(asked => Sender.Tell(JobStatus.None with
            {
                Job = asked.Job, Specification = failed, State = JobState.Failed, EndedAt = failed.Scheduled,
            }));
        }
    }
}
