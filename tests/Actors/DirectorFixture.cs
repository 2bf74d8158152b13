using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sqlite;
using Backup.Configuration;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.TestKit.Channels;
using Backup.Transfer.Channels;

namespace Backup.Tests.Actors;

/// <summary>
/// A director's surroundings: a real catalog in a folder of its own, the journal in memory, a clock and randomness by hand.
/// </summary>
public abstract class DirectorFixture : Akka.TestKit.Xunit2.TestKit
{
    private static readonly Config Settings = ConfigurationFactory.ParseString(
        """
        akka.loglevel = WARNING
        # An answer that is waited for comes at once, or late on a busy machine: a test's own times are the clock's, not these.
        akka.test.single-expect-default = 30s
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """);

    private const string Resources =
        """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Director { d { } }
        Client { c1 { node = n } }
        Storage { s1 { node = n, folder = volumes, volume-size = 10 GiB } }
        Pool { p1 { label-format = "Vol-{0001}" }, counted { label-format = "D-%(Counter:c:4)" } }
        Counter { c { minimum = 4, maximum = 9 } }
        FileSet { etc { paths = ["/etc"] } }
        Job { nightly { client = c1, fileset = etc, storage = s1, pool = p1, level = Incremental } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("backup-actors-").FullName;

    /// <summary>With more settings of the actor system than every test has.</summary>
    protected DirectorFixture(string settings = "") : base(ConfigurationFactory.ParseString(settings).WithFallback(Settings))
    {
        Catalog = SqliteCatalog.Open(Path.Combine(_folder, "catalog.db"));
        Catalog.SetInstallation(new InstallationId(Guid.AllBitsSet));
        Catalog.Clients.RecordContact("c1", Platform, Moment);
        ConfigurationResult read = BackupConfiguration.Load([new ConfigurationText("test.conf", Resources)]);
        Parts = new DirectorParts(
            "n", "0.1.0", new InstallationId(Guid.AllBitsSet),
            new LiveConfiguration(read.Model ?? throw new InvalidOperationException(string.Join('\n', read.Mistakes))),
            new CatalogGate(Catalog),
            new NodeChannels("127.0.0.1:9103", new TicketDesk(Clock), _ => throw new ChannelException("no network here")),
            Clock, new CountingEntropy()) { StorageWithin = TimeSpan.Zero };
    }

    protected static ClientPlatform Platform { get; } = new("host1", "Linux", "6.1", "x64", "Debian 12", "0.1.0", "ext4");

    protected ManualClock Clock { get; } = new();

    protected Instant Moment => Instant.Now(Clock);

    protected ICatalog Catalog { get; }

    internal DirectorParts Parts { get; }

    protected FileSet FileSet => Parts.Configuration.FileSets["etc"].Definition;

    /// <summary>What one run of the configured job is to do.</summary>
    protected JobSpecification Nightly(JobLevel level = JobLevel.Full) =>
        new("nightly", JobType.Backup, level, "c1", "s1", "p1", FileSet, [], "tester", true, Moment);

    protected override void AfterAll()
    {
        base.AfterAll();
        Catalog.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An actor whose messages to its parent come to the probe.</summary>
    protected static IActorRef ChildOf(TestProbe parent, Props props) => parent.ChildActorOf(props, SupervisorStrategy.StoppingStrategy);

    /// <summary>A job that has been given this volume and asked its storage for a session on it.</summary>
    internal (JobId Id, IActorRef Job, TestProbe Director, OpenStoreSession Opened) OpeningOn(VolumeAssignment volume)
    {
        (TestProbe director, TestProbe media) = (CreateTestProbe(), CreateTestProbe());
        Catalog.Clients.RecordFileSet(new(FileSet.Name, FileSetText.HashOf(FileSet), FileSetText.Of(FileSet), Moment));
        JobId id = Catalog.Jobs.Create(new NewJob(
            "nightly", JobType.Backup, JobLevel.Full, "c1", FileSet.Name, FileSetText.HashOf(FileSet), Moment, true, "tester"));
        IActorRef job = ChildOf(director, JobActor.Props(id, Parts, media));
        job.Tell(new QueueJob(id, new SessionId(new Guid(9, 9, 9, new byte[8])), Nightly()));
        job.Tell(new BeginJob());
        media.ExpectMsg<VolumeNeeded>();
        job.Tell(new VolumeAnswer(volume, "", true), media);
        return (id, job, director, (OpenStoreSession)director.ExpectMsg<ToStorage>().Order);
    }

    private sealed class CountingEntropy : IEntropy
    {
        private byte _next;

        public void Fill(Span<byte> bytes) => bytes.Fill(++_next);
    }
}
