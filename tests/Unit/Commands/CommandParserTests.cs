using Backup.Commands;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using CsCheck;

namespace Backup.Tests.Unit.Commands;

public sealed class CommandParserTests
{
    private static ParsedCommand Parse(string line) => CommandParser.Utc.ParseLine(line);

    private static string Refusal(string line) => Assert.Throws<CommandUsageException>(() => Parse(line)).Message;

    [Theory]
    [Trait("Req", "CON-12")]
    [InlineData("st dir", CommandId.StatusDirector)]
    [InlineData("status", CommandId.StatusDirector)]
    [InlineData("STATUS Director", CommandId.StatusDirector)]
    [InlineData("status client=host1", CommandId.StatusClient)]
    [InlineData("status storage=disk1", CommandId.StatusStorage)]
    [InlineData("status job jobid=3", CommandId.StatusJob)]
    [InlineData("li jobs", CommandId.ListJobs)]
    [InlineData("list file jobid=1", CommandId.ListFiles)]
    [InlineData("list fileset", CommandId.ListFilesets)]
    [InlineData("rep jobid=1", CommandId.Report)]
    [InlineData("help list jobs", CommandId.Help)]
    public void Parse_exact_words_and_unambiguous_beginnings_find_the_command(string line, CommandId expected) =>
        Assert.Equal(expected, Parse(line).Id);

    [Theory]
    [Trait("Req", "CON-12")]
    [InlineData("", "no command was given; 'help' lists them")]
    [InlineData("statsu", "'statsu' is no command; did you mean status?")]
    [InlineData("status dri", "'dri' is no object of 'status'; one of: director, storage, client, job")]
    [InlineData("xyzzy", "'xyzzy' is no command; 'help' lists them")]
    [InlineData("re job=a", "'re' could be restore or reload or report; type more of it")]
    [InlineData("l jobs", "'l' is no command; 'help' lists them")]
    [InlineData("list jobss", "'jobss' is no object of 'list'; did you mean jobs or jobmedia?")]
    [InlineData("list", "'list' what? One of: jobs, files, unsaved, volumes, jobmedia, log, storages, clients, filesets, pools, counters")]
    [InlineData("list jobid=4",
        "'list' what? One of: jobs, files, unsaved, volumes, jobmedia, log, storages, clients, filesets, pools, counters")]
    [InlineData("run", "'run' needs job=NAME: name of the job")]
    [InlineData("run job=a job=b", "'job' is given twice to 'run'; it is taken once")]
    [InlineData("run job", "'job' of 'run' needs a value: job=NAME")]
    [InlineData("run job=a lvel=Full", "'lvel' is no key of 'run'; did you mean level?")]
    [InlineData("run job=a level=Fulll", "'level=Fulll' of 'run' is not taken: one of: Differential, Full, Incremental")]
    [InlineData("run job=a level=Base", "'level=Base' of 'run' is not taken: one of: Differential, Full, Incremental")]
    [InlineData("run job=a wait=perhaps", "'wait=perhaps' of 'run' is not taken: yes or no is wanted")]
    [InlineData("run job=a root=etc", "'root=etc' of 'run' is not taken: an absolute path is wanted, from '/'")]
    [InlineData("run job=a root=/a/../b", "'root=/a/../b' of 'run' is not taken: a path may not contain '..'")]
    [InlineData("cancel jobid=0", "'jobid=0' of 'cancel' is not taken: a positive whole number is wanted")]
    [InlineData("cancel jobid=99999999999999999999",
        "'jobid=99999999999999999999' of 'cancel' is not taken: a positive whole number is wanted")]
    [InlineData("restore where=/tmp yes", "'restore' needs jobid=N or job=NAME or client=NAME")]
    [InlineData("restore jobid=1 job=a yes", "'jobid' and 'job' of 'restore' exclude each other; give one of them")]
    [InlineData("version now", "'version' takes no 'now': it stands alone")]
    [InlineData("run job=\"a", "the quote \" at column 9 is never closed")]
    [InlineData("run job=a\\x1b[2J",
        "'job=a\\x5cx1b[2J' of 'run' is not taken: a name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit")]
    public void Parse_anything_else_is_refused_with_one_line_that_helps(string line, string expected) =>
        Assert.Equal(expected, Refusal(line));

    [Fact]
    [Trait("Req", "CON-15")]
    public void Parse_restore_takes_all_its_options_on_one_line()
    {
        ParsedCommand command = Parse("restore client=c1 before=\"2026-11-23 10:00\" file=/etc/hosts "
            + "file='/a b/\\xff' where=/tmp/r repl=ifnewer dryrun restoreclient=c2 done yes");
        Assert.Equal("c1", command.Text("client"));
        Assert.Equal("2026-11-23T10:00:00Z", command.Time("before").ToString());
        Assert.Equal(["/etc/hosts"u8.ToArray(), [.. "/a b/"u8, 0xff]], command.Paths("file"));
        Assert.Equal("/tmp/r"u8.ToArray(), command.Path("where"));
        Assert.Equal(ReplaceRule.IfNewer, command.Replace());
        Assert.True(command.Says("dryrun"));
        Assert.Equal("c2", command.Text("restoreclient"));
        Assert.True(command.IsConfirmed);
        Assert.Equal(CommandId.Restore, Parse("restore client=c1 where=/r all done yes").Id);
    }

    [Fact]
    [Trait("Req", "CON-16")]
    public void Parse_run_takes_overrides_and_gives_them_typed()
    {
        ParsedCommand command = Parse(
            "run job=nightly level=full pool=P storage=S client=c fileset=F root=/a root=/b/ reference=no wait yes");
        Assert.Equal(JobLevel.Full, command.Level());
        Assert.Equal("P", command.Text("pool"));
        Assert.Equal(["/a"u8.ToArray(), "/b"u8.ToArray()], command.Paths("root"));
        Assert.False(command.Truth("reference"));
        Assert.Null(command.Truth("listing"));
        Assert.True(command.Says("wait"));
    }

    [Theory]
    [InlineData("run job=a", false)]
    [InlineData("run job=a yes", true)]
    [InlineData("run job=a yes=no", false)]
    [InlineData("restore jobid=1", false)]
    [InlineData("restore jobid=1 dryrun=yes", true)]
    [InlineData("restore jobid=1 dryrun=no", false)]
    [InlineData("cancel jobid=1", true)]
    [InlineData("cancel all", false)]
    [InlineData("cancel all yes", true)]
    [InlineData("run job=a preview", true)]
    [InlineData("inspect cluster", true)]
    [InlineData("inspect cluster leave=b", false)]
    public void IsConfirmed_is_true_only_where_nothing_has_to_be_asked(string line, bool expected) =>
        Assert.Equal(expected, Parse(line).IsConfirmed);

    [Theory]
    [Trait("Req", "CON-16")]
    [InlineData("+10s", "2026-11-23T10:00:10Z")]
    [InlineData("+5min", "2026-11-23T10:05:00Z")]
    [InlineData("+1d", "2026-11-24T10:00:00Z")]
    [InlineData("'2026-12-01 03:00'", "2026-12-01T03:00:00Z")]
    public void When_is_a_span_from_now_or_a_time_and_travels_as_what_it_is(string typed, string expected)
    {
        ParsedCommand sent = CommandParser.Utc.Parse(Parse($"run job=a when={typed}").ToWords());
        Assert.Equal(expected, sent.When("when", new(1_795_428_000, 0)).ToString());
    }

    [Theory]
    [InlineData("wait all timeout=5", "'timeout=5' of 'wait' is not taken: a span is written 10s, 5min, 2h or 1d, and is at most 366d")]
    [InlineData("wait all timeout=5m", "'timeout=5m' of 'wait' is not taken: a span is written 10s, 5min, 2h or 1d, and is at most 366d")]
    [InlineData("wait all timeout=367d",
        "'timeout=367d' of 'wait' is not taken: a span is written 10s, 5min, 2h or 1d, and is at most 366d")]
    [InlineData("run job=a when=+0s", "'when=+0s' of 'run' is not taken: a span is written 10s, 5min, 2h or 1d, and is at most 366d")]
    [InlineData("wait", "'wait' needs jobid=N or job=NAME or all=yes|no")]
    [InlineData("cancel jobid=1 job=a", "'jobid' and 'job' of 'cancel' exclude each other; give one of them")]
    public void Spans_without_a_clear_unit_and_contradictions_are_refused(string line, string expected) =>
        Assert.Equal(expected, Refusal(line));

    [Theory]
    [InlineData("T", JobState.Ok)]
    [InlineData("failed", JobState.Failed)]
    [InlineData("'OK with warnings'", JobState.OkWithWarnings)]
    [InlineData("W", JobState.OkWithWarnings)]
    [InlineData("w", JobState.Waiting)]
    [InlineData("ok", JobState.Ok)]
    public void Parse_a_state_is_taken_by_name_words_and_letter(string typed, JobState expected) =>
        Assert.Equal(expected, Parse($"list jobs state={typed}").State());

    [Theory]
    [InlineData("2026-11-23", "2026-11-22T23:00:00Z")]
    [InlineData("2026-07-01 10:00", "2026-07-01T08:00:00Z")]
    [InlineData("2026-11-23T10:00:30", "2026-11-23T09:00:30Z")]
    [InlineData("2026-11-23 10:00Z", "2026-11-23T10:00:00Z")]
    [InlineData("2026-11-23 10:00:05 +05:30", "2026-11-23T04:30:05Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00Z")]
    public void Parse_a_time_without_a_zone_is_in_the_zone_of_who_typed_it(string typed, string expected)
    {
        var parser = new CommandParser(CentralEurope());
        ParsedCommand command = parser.Parse(["restore", "job=a", $"before={typed}"]);
        Assert.Equal(expected, command.Time("before").ToString());
        Assert.Equal(expected, CommandParser.Utc.Parse(command.ToWords()).Time("before").ToString());
    }

    [Fact]
    public void Parse_a_time_that_the_clocks_skipped_is_refused()
    {
        var parser = new CommandParser(CentralEurope());
        string message = Assert.Throws<CommandUsageException>(() => parser.Parse(["restore", "job=a", "before=2026-03-29 02:30"])).Message;
        Assert.Contains("add a zone", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_limits_of_words_and_repeats_hold()
    {
        Assert.Throws<CommandUsageException>(() => CommandParser.Utc.Parse([.. Enumerable.Repeat("run", CommandParser.MaximumWords + 1)]));
        Assert.Throws<CommandUsageException>(() =>
            CommandParser.Utc.Parse(["run", "job=a", "root=/" + new string('a', CommandParser.MaximumWordCharacters)]));
        Assert.Throws<CommandUsageException>(() => CommandParser.Utc.Parse(["run", "job=a", "root=/" + new string('a', 4096)]));
        Assert.Equal(4096, CommandParser.Utc.Parse(["run", "job=a", "root=/" + new string('a', 4095)]).Paths("root")[0].Length);
        IEnumerable<string> roots = Enumerable.Repeat("root=/a", CommandParser.MaximumRepeats + 1);
        Assert.Throws<CommandUsageException>(() => CommandParser.Utc.Parse(["run", "job=a", .. roots]));
    }

    [Fact]
    [Trait("Req", "CON-12")]
    public void Parse_whatever_is_typed_throws_nothing_but_its_usage_error()
    {
        string[] known = [.. CommandTable.Commands.SelectMany(command => command.Keys).Select(key => key.Name + "="), .. CommandTable.Verbs,
            "jobs", "yes", "files"];
        Gen<string> word = Gen.OneOf(OneOf(known), Gen.String[0, 12],
            Gen.Select(OneOf(known), Gen.String[0, 8], (key, text) => key + text));
        Gen.Select(OneOf(known), word.Array[0, 6], (verb, rest) => (string[])[verb, .. rest]).Sample(words =>
        {
            try
            {
                ParsedCommand command = CommandParser.Utc.Parse(words);
                Assert.Equal(command.ToWords(), CommandParser.Utc.Parse(command.ToWords()).ToWords());
            }
            catch (CommandUsageException mistake)
            {
                Assert.DoesNotContain('\n', mistake.Message);
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Quote_and_Split_are_inverse_for_any_word() =>
        Gen.String.Array[1, 5].Sample(words => Assert.Equal(words, CommandLine.Split(string.Join(' ', words.Select(CommandLine.Quote)))));

    private static Gen<string> OneOf(string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    private static TimeZoneInfo CentralEurope()
    {
        var spring = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday);
        var autumn = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday);
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            spring, autumn);
        return TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test", "summer", [rule]);
    }
}
