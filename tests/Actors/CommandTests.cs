using Akka.Actor;
using Backup.Actors.Director;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Commands;
using Backup.Catalog.Counters;
using Backup.Commands;
using Backup.Jobs.Jobs;
using Backup.Jobs.Schedules;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;
using Backup.Messages.Values;

namespace Backup.Tests.Actors;

/// <summary>The operator's commands against a director whose storage is away and whose client is a test.</summary>
public sealed class CommandTests : DirectorFixture
{
    private static readonly Caller Operator = new("anna", 1000, 1);
    private readonly IActorRef _director;
    private readonly DirectorCommands _commands;

    public CommandTests()
    {
        _director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        _commands = new DirectorCommands(Sys, _director, Parts);
    }

    [Fact]
    [Trait("Req", "CON-19")]
    public async Task Status_names_who_did_not_answer_and_ends_all_the_same()
    {
        IReadOnlyList<ApiEvent> storage = await Run("status storage");
        Assert.Equal("s1", Cell(Table(storage, "Not answered").Single(), "who"));
        Assert.Equal(EndEvent.Done, storage[^1]);
        IReadOnlyList<ApiEvent> client = await Run("status client");
        Assert.Equal("away", Cell(Table(client, "Clients").Single(), "state"));
    }

    [Fact]
    [Trait("Req", "STA-04")]
    [Trait("Req", "STA-07")]
    public async Task Status_of_a_client_is_what_the_client_tells_with_a_level_always_and_its_memory()
    {
        var job = new ClientJob(new JobId(7), JobType.Backup, JobLevel.Full, Moment, 3, 4096, 1024, "/etc/hosts");
        ClientJob restore = job with { Job = new JobId(8), Type = JobType.Restore, Level = JobLevel.None };
        Attach(what => what is ClientStatusWanted
            ? new ClientStatus(Moment, [job, restore], new MemoryUse(1, 2, 3))
            : null);
        IReadOnlyList<ApiEvent> answer = await Run("status client=c1 full");
        Assert.Equal([("7", "Full"), ("8", "-")], Table(answer, "Jobs").Select(row => (Cell(row, "jobid"), Cell(row, "level"))));
        Assert.Equal("1", Cell(Table(answer, "Memory").Single(), "working_set"));
        Assert.DoesNotContain(await Run("status client=c1"), document => document is ColumnsEvent { Title: "Memory" });
    }

    [Fact]
    public async Task A_client_of_a_version_that_does_not_tell_is_named_with_that()
    {
        _director.Tell(new ClientAttached("c1", Guid.AllBitsSet, Platform, Moment, (_, _) => false), ActorRefs.NoSender);
        Assert.Contains("does not tell what it does", Cell(Table(await Run("status client"), "Not answered").Single(), "why"),
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "CON-16")]
    public async Task A_run_with_when_is_queued_at_once_begins_at_its_time_and_says_so()
    {
        long job = Job(await Run("run job=nightly when=+1h yes"));
        AwaitAssert(() => Assert.Equal($"starts at {Moment.Plus(TimeSpan.FromHours(1))}", Catalog.Jobs.Find(new JobId(job))!.Reason));
        Assert.Equal("1", Cell(Table(await Run("status director"), "Director").Single(), "waiting"));
        RowEvent why = Rows(await Run($"explain jobid={job}")).Single();
        Assert.Equal("its time comes, or the jobs of an earlier life are known", Cell(why, "frees_it"));
    }

    [Fact]
    [Trait("Req", "JOB-13")]
    public async Task A_run_is_listed_with_what_began_it_and_the_user()
    {
        Job(await Run("run job=nightly when=+1h yes"));
        Ask(Nightly() with { Scheduled = Moment.Plus(TimeSpan.FromHours(2)), User = RunOrder.User, Trigger = JobTrigger.Automatic });

        Assert.Equal([("Manual", "anna"), ("Automatic", "schedule")],
            Rows(await Run("list jobs")).Select(row => (Cell(row, "trigger"), Cell(row, "user"))));
    }

    [Fact]
    public async Task Leases_name_all_that_waits_and_is_held_with_what_frees_it()
    {
        Assert.Equal(new TextEvent("nothing is held and nothing waits: no run is queued or running"), (await Run("inspect leases"))[^2]);
        long later = Job(await Run("run job=nightly when=+1h yes"));
        RowEvent waits = Rows(await Run("inspect leases")).Single();
        Assert.Equal(("time", "waited for", $"{later}", "the director", "its time comes, or the jobs of an earlier life are known"),
            (Cell(waits, "what"), Cell(waits, "is"), Cell(waits, "jobid"), Cell(waits, "holder"), Cell(waits, "frees_it")));
    }

    [Fact]
    public void A_run_that_works_holds_its_share_of_everything_and_its_wait_has_a_deadline()
    {
        var status = new JobStatus
        {
            Job = new JobId(7), Specification = Nightly(), Phase = JobPhase.Saving, State = JobState.Running, Reason = "saving",
            Started = Moment, PhaseSince = Moment, Since = Moment, Volume = "Vol-0001",
        };
        List<Lease> leases = [.. Leases.Of(status, null, Parts.Deadlines, "n")];

        Assert.Equal(["turn n", "client c1", "storage s1", "drive s1 for pool p1", "volume Vol-0001"],
            leases.Where(lease => lease.IsHeld).Select(lease => $"{lease.What} {lease.Name}"));
        Lease wait = Assert.Single(leases, lease => !lease.IsHeld);
        Assert.Equal(("client", "saving", "client c1", Moment.Plus(Parts.Deadlines.ClientSpoke), "the job ends Failed"),
            (wait.What, wait.Name, wait.Holder, wait.Until!.Value, wait.Then));
    }

    [Fact]
    [Trait("Req", "CFG-11")]
    public async Task A_counter_is_listed_with_its_number_and_one_that_is_not_there_is_refused()
    {
        Assert.DoesNotContain(Rows(await Run("list counters")).Single().Row,
            cell => cell is { Column: "value", Value.Kind: ApiValueKind.Number });
        Catalog.Counters.Draw([new CounterRule("c", 4, 9)], Moment);
        Assert.Equal("4", Cell(Rows(await Run("list counters counter=c")).Single(), "value"));
        Assert.Equal(new ErrorEvent("there is no counter 'x'; there are: c"), (await Run("list counters counter=x"))[^2]);
    }

    [Fact]
    [Trait("Req", "CON-08")]
    public async Task The_configuration_is_searched_by_a_word_in_names_keys_and_values()
    {
        Assert.Equal(["Pool {\n  p1 {"], (await Run("configuration show kind=pool word=vol-")).OfType<TextEvent>().Select(Head));
        Assert.Equal(["Client {\n  c1 {", "Job {\n  nightly {"],
            (await Run("configuration show word=C1")).OfType<TextEvent>().Select(Head));
        Assert.Equal(new TextEvent("nothing found: no pool has 'xyzzy' in its name, keys or values"),
            (await Run("configuration show kind=pool word=xyzzy"))[0]);
        static string Head(TextEvent shown) => string.Join('\n', shown.Text.Split('\n')[..2]);
    }

    [Fact]
    [Trait("Req", "CON-16")]
    public async Task A_preview_shows_the_values_and_does_nothing()
    {
        IReadOnlyList<RowEvent> facts = Rows(await Run("run job=nightly level=Full priority=3 preview"));
        Assert.Equal("Full", Cell(facts.Single(row => Cell(row, "what") == "level"), "value"));
        Assert.Equal("3", Cell(facts.Single(row => Cell(row, "what") == "priority"), "value"));
        Assert.Empty(Rows(await Run("list jobs")));
        Assert.Empty(Catalog.Log.ListAudit(10));
    }

    [Fact]
    [Trait("Req", "CON-17")]
    public async Task Cancel_takes_every_run_of_a_job_and_the_audit_knows_who_did_what()
    {
        long first = Job(await Run("run job=nightly when=+1h yes")), second = Job(await Run("run job=nightly when=+2h yes"));
        Assert.Equal([$"{first}", $"{second}"], Rows(await Run("cancel job=nightly")).Select(row => Cell(row, "jobid")));
        AwaitAssert(() => Assert.All([first, second],
            job => Assert.Equal(JobState.Canceled, Catalog.Jobs.Find(new JobId(job))!.State)));
        Assert.Equal(["anna: cancel job=nightly: done", $"anna: run job=nightly when=+2h yes=yes: job {second}"],
            Catalog.Log.ListAudit(2).Select(line => $"{line.User}: {line.Deed}: {line.Outcome}"));
        Assert.Equal(new ErrorEvent("no run of job nightly is queued or running; see: list jobs"), (await Run("cancel job=nightly"))[^2]);
    }

    [Fact]
    public async Task Wait_ends_with_the_worst_state_of_all_and_at_its_timeout_with_a_line()
    {
        Job(await Run("run job=nightly when=+1h yes"));
        Task<IReadOnlyList<ApiEvent>> all = Run("wait all"), late = Run("wait job=nightly timeout=10s");
        await Run("messages");
        AwaitCondition(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(11));
            return late.IsCompleted;
        });
        Assert.Equal(new ErrorEvent("not all has ended within 10s; it goes on"), (await late)[^2]);
        await Run("cancel all yes");
        Assert.Equal(EndStatus.Canceled, Assert.IsType<EndEvent>((await all)[^1]).Status);
    }

    [Fact]
    [Trait("Req", "CON-05")]
    public async Task An_estimate_names_each_file_page_by_page_as_they_are_read()
    {
        int pages = 0;
        EstimateOrder? order = null;
        Attach(what =>
        {
            if (what is EstimateOrder asked) order = asked;
            return what is EstimateOrder or EstimateMore
                ? pages++ < 3 ? new EstimateListed(order!.Request, [new EstimatedFile("/etc/f"u8.ToArray(), pages)])
                    : new EstimateEnded(order!.Request, 5, 4, 10, 3, 6, null)
                : null;
        });
        IReadOnlyList<ApiEvent> answer = await Run("estimate job=nightly level=Full listing");
        Assert.Equal(["1", "2", "3"], Table(answer, "Files").Select(row => Cell(row, "size")));
        Assert.Equal("3", Cell(Table(answer, "Estimate").Single(), "files_to_save"));
    }

    /// <summary>A client that answers what it is told as the test says; null is silence.</summary>
    private void Attach(Func<object, object?> answer) =>
        _director.Tell(new ClientAttached("c1", Guid.AllBitsSet, Platform, Moment, (manifest, body) =>
        {
            object? said = answer(ClientProtocol.Map.Decode(manifest, body));
            if (said is not null) _director.Tell(new ClientSaid("c1", said), ActorRefs.NoSender);
            return true;
        }), ActorRefs.NoSender);

    private async Task<IReadOnlyList<ApiEvent>> Run(string line)
    {
        List<ApiEvent> documents = [];
        await foreach (ApiEvent document in _commands.Run(CommandParser.Utc.ParseLine(line), Operator, CancellationToken.None))
            documents.Add(document);
        return documents;
    }

    private void Ask(JobSpecification run)
    {
        _director.Tell(new RunWanted(run), TestActor);
        ExpectMsg<RunAccepted>();
    }

    private static long Job(IReadOnlyList<ApiEvent> answer) => answer.OfType<JobEvent>().First().JobId;

    private static IReadOnlyList<RowEvent> Rows(IReadOnlyList<ApiEvent> answer) => [.. answer.OfType<RowEvent>()];

    private static IReadOnlyList<RowEvent> Table(IReadOnlyList<ApiEvent> answer, string title) =>
        [.. answer.SkipWhile(document => document is not ColumnsEvent columns || columns.Title != title).Skip(1)
            .TakeWhile(document => document is RowEvent).Cast<RowEvent>()];

    private static string Cell(RowEvent row, string column)
    {
        ApiValue value = row.Row.First(cell => cell.Column == column).Value;
        return value.Text ?? value.Number.ToString(global::System.Globalization.CultureInfo.InvariantCulture);
    }
}
