using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Schedules;
using Backup.Configuration;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Tests.Actors;

/// <summary>
/// A scheduler in virtual time, on a Thursday at midnight, with a director that is a probe. It can be stopped and started again at any
/// moment; its journal stays.
/// </summary>
public abstract class ScheduleFixture : DirectorFixture
{
    private const string Virtual = "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"";

    private const string Resources =
        """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Director { d { } }
        Client { c1 { node = n } }
        Storage { s1 { node = n, folder = volumes } }
        Pool { p1 { }, monthly { label-format = "M-{0001}" } }
        FileSet { etc { paths = ["/etc"] } }
        JobDefs { all { client = c1, fileset = etc, storage = s1, pool = p1, level = Incremental } }
        Schedule { nights { run = ["Full pool=monthly priority=7 1st sat at 1:00", "daily at 1:00"], time-zone = UTC } }

        """;

    private IActorRef? _scheduler;

    protected ScheduleFixture() : base(Virtual)
    {
        Director = CreateTestProbe();
        Live = new LiveConfiguration(Model("Job { nightly { defaults = all, schedule = nights } }"));
    }

    protected TestProbe Director { get; }

    protected LiveConfiguration Live { get; }

    protected IActorRef Scheduler => _scheduler ?? throw new InvalidOperationException("no scheduler has been started");

    protected static BackupConfiguration Model(string more)
    {
        ConfigurationResult read = BackupConfiguration.Load([new ConfigurationText("test.conf", Resources + more)]);
        return read.Model ?? throw new InvalidOperationException(string.Join('\n', read.Mistakes));
    }

    protected void Configure(string more) => Live.Replace(new ConfigurationInForce(Live.InForce.Version + 1, Model(more)));

    protected ScheduledJobs Start()
    {
        DirectorParts parts = Parts with { Live = Live };
        IActorRef director = Director;
        _scheduler = Sys.ActorOf(Props.Create(() => new SchedulerActor(parts, director)));
        return Settled();
    }

    protected void Stop()
    {
        Watch(Scheduler);
        Sys.Stop(Scheduler);
        ExpectTerminated(Scheduler);
        _scheduler = null;
    }

    /// <summary>What is to come, told when all that the scheduler was told before is done and durable.</summary>
    protected ScheduledJobs Settled()
    {
        Scheduler.Tell(new ScheduledJobsWanted(), TestActor);
        return ExpectMsg<ScheduledJobs>();
    }

    /// <summary>Time passes for the clock, and for the scheduler if it runs.</summary>
    protected void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
        if (_scheduler is not null) Settled();
    }

    protected void PassUntil(string utc) => Pass(At(utc).Since(Moment));

    protected static Instant At(string utc) => Instant.From(DateTimeOffset.Parse(
        utc + "Z", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));

    /// <summary>The run that is wanted of the director.</summary>
    protected JobSpecification Wanted() => Director.ExpectMsg<RunWanted>().Specification;

    protected void Take(JobSpecification run, long number)
    {
        Scheduler.Tell(new RunAccepted(new JobId(number), run.Key), Director);
        Settled();
    }

    protected void NothingWanted()
    {
        Settled();
        Director.ExpectNoMsg(TimeSpan.Zero);
    }

    /// <summary>How a run ended, as its actor tells.</summary>
    protected JobStatus Ended(JobSpecification run, long number, JobState state) => JobStatus.None with
    {
        Job = new JobId(number), Specification = run, State = state, EndedAt = Moment, EndReason = "the drive is on fire",
    };
}
