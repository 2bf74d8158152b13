using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Configurations;
using Backup.Actors.Director.Jobs;
using Backup.Catalog.Configurations;
using Backup.Configuration;
using Backup.Configuration.Versions;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

[Trait("Req", "CFG-01")]
public sealed class ConfigurationActorTests : DirectorFixture
{
    private const string First = """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Director { d { } }
        Client { c1 { node = n } }
        Storage { s1 { node = n, folder = volumes, volume-size = 10 GiB } }
        Pool { p1 { label-format = "Vol-{0001}" } }
        FileSet { etc { paths = ["/etc"] } }
        Job { nightly { client = c1, fileset = etc, storage = s1, pool = p1, level = Incremental } }

        """;

    private readonly Files _files = new(First);

    private DirectorParts Reloadable()
    {
        StartedConfiguration started = ConfigurationStart.Choose(Catalog, _files, "n", Moment);
        return Parts with { Live = new LiveConfiguration(started.InForce), Source = _files };
    }

    private T Ask<T>(IActorRef director, object wanted)
    {
        director.Tell(wanted, TestActor);
        return ExpectMsg<T>();
    }

    [Fact]
    public void A_reload_puts_a_new_version_in_force_and_says_what_changed_and_what_waits_for_a_restart()
    {
        DirectorParts parts = Reloadable();
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts), "director");
        _files.Text = First.Replace("Director { d { } }", "Director { d { jobs-at-once = 3 } }", StringComparison.Ordinal)
            .Replace("data-directory = var", "data-directory = var, control-listen = \"127.0.0.1:7\"", StringComparison.Ordinal)
            + "Client { c2 { } }";
        var taken = Ask<ConfigurationTaken>(director, new ReloadWanted("ann", "three at once"));

        Assert.Equal(2, taken.Version);
        Assert.Equal(
            ["added Node n: control-listen = \"127.0.0.1:7\"", "added Director d: jobs-at-once = 3", "added Client c2"], taken.Changes);
        Assert.Equal(["Node n: control-listen"], taken.Restart);
        Assert.Equal((2L, 3), (parts.Live.InForce.Version, parts.Configuration.Directors["d"].JobsAtOnce));
        ConfigurationVersion stored = Catalog.Configurations.Current!;
        Assert.Equal((2L, "ann", "three at once"), (stored.Row.Version, stored.Row.User, stored.Row.Comment));
        Assert.IsType<ConfigurationUnchanged>(Ask<IConfigurationAnswer>(director, new ReloadWanted("ann", "")));
    }

    [Fact]
    public void A_broken_file_is_refused_with_all_its_mistakes_and_nothing_changes()
    {
        DirectorParts parts = Reloadable();
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts), "director");
        _files.Text = First + "Job { x { clint = c1 } }\nJop { }";
        var refused = Ask<ConfigurationRefused>(director, new ReloadWanted("ann", ""));

        Assert.Contains("/etc/backup.conf:8:11: Job x: 'clint' is no key of a Job; nearest: client", refused.Reasons);
        Assert.Contains("/etc/backup.conf:9:1: 'Jop' is no kind of resource; nearest: Job", refused.Reasons);
        Assert.Equal((1L, 1), (parts.Live.InForce.Version, Catalog.Configurations.List(10).Count));
        _files.Text = First.Replace("Node { n {", "Node { m {", StringComparison.Ordinal)
            .Replace("node = n", "node = m", StringComparison.Ordinal);
        refused = Ask<ConfigurationRefused>(director, new ReloadWanted("ann", ""));
        Assert.Contains("no Node 'n'", Assert.Single(refused.Reasons), StringComparison.Ordinal);
        Assert.Equal(1, parts.Live.InForce.Version);
    }

    [Fact]
    public void A_rollback_puts_an_earlier_version_in_force_and_the_history_says_who()
    {
        DirectorParts parts = Reloadable();
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts), "director");
        _files.Text = First.Replace("level = Incremental", "level = Full", StringComparison.Ordinal);
        Ask<ConfigurationTaken>(director, new ReloadWanted("ann", ""));
        Assert.Equal(JobLevel.Full, parts.Configuration.Jobs["nightly"].Level);
        var taken = Ask<ConfigurationTaken>(director, new RollbackWanted(1, "bob", "too slow"));

        Assert.Equal(["changed Job nightly: level = Incremental (was Full)"], taken.Changes);
        Assert.Equal(JobLevel.Incremental, parts.Configuration.Jobs["nightly"].Level);
        ConfigurationDeed deed = Catalog.Configurations.History(1)[0];
        Assert.Equal((1L, ConfigurationDeedKind.PutInForce, "bob", "too slow"), (deed.Version, deed.Kind, deed.User, deed.Comment));
        Assert.Contains("no configuration 9", Ask<ConfigurationRefused>(director, new RollbackWanted(9, "bob", "")).Reasons[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_runs_keeps_what_it_began_with_and_the_next_takes_the_new()
    {
        DirectorParts parts = Reloadable();
        IActorRef director = Sys.ActorOf(DirectorActor.Props(parts), "director");
        TestProbe storage = CreateTestProbe();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);
        JobId job = Ask<RunAccepted>(director, new RunWanted(Nightly())).Job;
        SessionId session = storage.ExpectMsg<OpenStoreSession>().Label.Session;
        _files.Text = """
            Node { n { roles = [director, storage], data-directory = var } }
            Storage { s2 { node = n, folder = volumes } }
            Pool { p2 { label-format = "New-{0001}" } }
            """;
        Ask<ConfigurationTaken>(director, new ReloadWanted("ann", ""));
        storage.Send(director, new VolumeWanted(session, "Vol-0001", "it is full"));
        VolumeAssignment next = storage.ExpectMsg<VolumeAssigned>().Volume!;

        Assert.Equal(("Vol-0002", "p1", 10L << 30), (next.Volume, next.Pool, next.CapacityBytes));
        JobStatus status = Ask<JobStatus>(director, new JobStatusWanted(job));
        JobSpecification kept = status.Specification!;
        Assert.Equal(("c1", "s1", "p1", "/etc"), (kept.Client, kept.Storage, kept.Pool, kept.FileSet!.Roots[0]));
    }

    [Fact]
    public void At_start_the_version_in_force_wins_unless_this_node_s_files_have_changed()
    {
        Assert.Equal(1, ConfigurationStart.Choose(Catalog, _files, "n", Moment).InForce.Version);
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Reloadable()), "director");
        _files.Text = First + "Client { c2 { } }";
        Ask<ConfigurationTaken>(director, new ReloadWanted("ann", ""));
        Ask<ConfigurationTaken>(director, new RollbackWanted(1, "ann", ""));
        StartedConfiguration again = ConfigurationStart.Choose(Catalog, _files, "n", Moment);
        Assert.Equal(1, again.InForce.Version);
        Assert.False(again.InForce.Model.Clients.ContainsKey("c2"));
        Assert.Contains("the files say something else", again.Line, StringComparison.Ordinal);
        _files.Text = First + "Client { c3 { } }";
        StartedConfiguration changed = ConfigurationStart.Choose(Catalog, _files, "n", Moment);
        Assert.Equal(3, changed.InForce.Version);
        Assert.True(changed.InForce.Model.Clients.ContainsKey("c3"));
    }

    [Fact]
    public void A_director_that_takes_over_goes_on_with_what_another_put_in_force()
    {
        DirectorParts parts = Reloadable();
        Catalog.Configurations.Append(new NewConfiguration(
            [new Backup.Catalog.Configurations.ConfigurationFile("/etc/backup.conf", First + "Client { c7 { } }")], "other", Moment));
        Sys.ActorOf(DirectorActor.Props(parts), "director");
        AwaitAssert(() => Assert.Equal((2L, true), (parts.Live.InForce.Version, parts.Configuration.Clients.ContainsKey("c7"))));
    }

    [Fact]
    public void A_node_that_never_brought_its_files_in_takes_the_version_in_force()
    {
        ConfigurationStart.Choose(Catalog, _files, "n", Moment);
        var other = new Files(First + "Client { c9 { } }");
        StartedConfiguration started = ConfigurationStart.Choose(Catalog, other, "n", Moment);
        Assert.Equal(1, started.InForce.Version);
        Assert.False(started.InForce.Model.Clients.ContainsKey("c9"));
        Assert.Null(other.Imported);
    }

    [Fact]
    public void A_version_in_force_that_does_not_check_any_more_is_named()
    {
        Catalog.Configurations.Append(new NewConfiguration(
            [new Backup.Catalog.Configurations.ConfigurationFile("/etc/backup.conf", "Jop { }")], "ann", Moment));
        Assert.Contains("configuration 1, in force in the catalog, has mistakes by now: /etc/backup.conf:1:1: 'Jop'",
            Assert.Throws<ConfigurationSourceException>(() => ConfigurationStart.Choose(Catalog, _files, "n", Moment)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_of_a_job_are_appended_to_the_file_that_its_resource_names()
    {
        string folder = Directory.CreateTempSubdirectory("backup-notices-").FullName;
        _files.Text = First.Replace("level = Incremental", "messages = std", StringComparison.Ordinal)
            + "Messages { std { to-file = log/jobs.log, kinds = [Log, End] } }";
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Reloadable() with { DataFolder = folder }), "director");
        JobId job = Ask<RunAccepted>(director, new RunWanted(Nightly())).Job;

        AwaitAssert(() =>
        {
            string[] lines = File.ReadAllLines(Path.Combine(folder, "log/jobs.log"));
            Assert.StartsWith(
                $"{Moment} job {job} nightly: ended: Failed: storage 's1' is not online", lines[^1], StringComparison.Ordinal);
        });
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("Req", "JOB-05")]
    public void A_run_that_names_messages_of_its_own_sends_them_there_and_not_where_its_job_says()
    {
        string folder = Directory.CreateTempSubdirectory("backup-notices-").FullName;
        _files.Text = First.Replace("level = Incremental", "messages = std", StringComparison.Ordinal)
            + "Messages { std { to-file = std.log }, weekly { to-file = weekly.log, kinds = End } }";
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Reloadable() with { DataFolder = folder }), "director");
        JobId job = Ask<RunAccepted>(director, new RunWanted(Nightly() with { Messages = "weekly" })).Job;

        AwaitAssert(() => Assert.StartsWith(
            $"{Moment} job {job} nightly: ended: Failed: storage 's1' is not online",
            Assert.Single(File.ReadAllLines(Path.Combine(folder, "weekly.log"))), StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(folder, "std.log")));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One configuration file that a test writes, and the mark of what was brought in.</summary>
    private sealed class Files(string text) : IConfigurationSource
    {
        public string Text { get; set; } = text;

        public BackupConfiguration Started { get; } =
            BackupConfiguration.Load([new Backup.Configuration.ConfigurationText("/etc/backup.conf", text)]).Model!;

        public string? Imported { get; set; }

        public (ConfigurationBundle Bundle, ConfigurationResult Result) Read() => ConfigurationBundle.Read(
            [new Backup.Configuration.ConfigurationText("/etc/backup.conf", Text)], _ => null, _ => null);

        public string? Environment(string name) => null;
    }
}
