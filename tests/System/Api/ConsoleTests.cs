using Backup.Commands;
using Backup.Messages.Jobs;

namespace Backup.Tests.System.Api;

public sealed class ConsoleTests
{
    [Theory]
    [InlineData(JobState.Ok, 0)]
    [InlineData(JobState.OkWithWarnings, 0)]
    [InlineData(JobState.Incomplete, 3)]
    [InlineData(JobState.Failed, 1)]
    [InlineData(JobState.Canceled, 4)]
    public async Task Run_ends_with_the_status_of_the_end_state(JobState state, int expected)
    {
        await using ApiFixture api = await ApiFixture.Start();
        api.Runner.Say(JobEvent.Of(7, "nightly", JobState.Running), EndEvent.Of(7, state));
        (int Status, string Output, string Error) result = await api.Console("run", "job=nightly", "wait", "yes");
        Assert.Equal((expected, $"job 7 (nightly): Running\njob 7 ended: {state.Words()}\n", ""), result);
        Assert.True(api.Runner.Command!.Says("wait"));
    }

    [Fact]
    [Trait("Req", "CON-19")]
    public async Task Json_hands_the_documents_on_as_they_are()
    {
        await using ApiFixture api = await ApiFixture.Start();
        api.Runner.Say(new TextEvent("idle"), EndEvent.Done);
        (int status, string output, _) = await api.Console("--json", "status", "dir");
        Assert.Equal((0, "{\"kind\":\"text\",\"text\":\"idle\"}\n{\"kind\":\"end\",\"status\":0}\n"), (status, output));
    }

    [Theory]
    [InlineData("statsu", 2, "backup: 'statsu' is no command; did you mean status?\n")]
    [InlineData("run job=a", 2, "backup: 'run' needs the word yes: backup run job=a yes\n")]
    [InlineData("--jsno", 2,
        "backup: '--jsno' is no option that stands here; usage: backup [--socket PATH] [--json] [COMMAND [key=value ...]]\n")]
    public async Task Wrong_usage_is_one_line_and_reaches_no_node(string line, int status, string error)
    {
        await using ApiFixture api = await ApiFixture.Start();
        Assert.Equal((status, "", error), await api.Console(line.Split(' ')));
        Assert.Null(api.Runner.Command);
    }

    [Fact]
    public async Task Wrong_usage_with_json_is_documents_too()
    {
        await using ApiFixture api = await ApiFixture.Start();
        (int status, string output, string error) = await api.Console("--json", "cancel");
        Assert.Equal((2, ""), (status, error));
        Assert.EndsWith("{\"kind\":\"end\",\"status\":2}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_one_line_with_what_to_do()
    {
        await using ApiFixture api = await ApiFixture.Start();
        await api.Stop();
        (int status, _, string error) = await api.Console("list", "jobs");
        Assert.Equal(1, status);
        Assert.Equal($"backup: there is no socket {api.SocketPath}; "
            + "start a node with ./quickstart or 'backup-node run', or name its socket with --socket PATH\n", error);
    }

    [Fact]
    public async Task A_node_that_stops_while_a_job_is_followed_is_told_with_how_to_go_on()
    {
        await using ApiFixture api = await ApiFixture.Start();
        api.Runner.Say(JobEvent.Of(12, "nightly", JobState.Running));
        Task<(int Status, string Output, string Error)> console = api.Console("wait", "jobid=12");
        await api.LineShown;
        await api.Stop();
        (int status, _, string error) = await console;
        Assert.Equal((1, "backup: the node is being stopped\n"), (status, error));
    }

    [Fact]
    [Trait("Req", "CON-09")]
    public async Task Ctrl_c_while_a_job_is_followed_detaches_and_says_how_to_go_on_watching()
    {
        await using ApiFixture api = await ApiFixture.Start();
        api.Runner.Say(JobEvent.Of(12, "nightly", JobState.Running));
        Task<(int Status, string Output, string Error)> console = api.Console("wait", "jobid=12");
        await api.LineShown;
        api.Interruption.Interrupt();
        (int status, _, string error) = await console;
        Assert.Equal((130, "no longer watching; job 12 goes on. Watch it with: backup wait jobid=12\n"), (status, error));
        await api.Runner.Detached.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Prompt_answers_line_after_line_and_a_mistake_does_not_end_it()
    {
        await using ApiFixture api = await ApiFixture.Start();
        api.Runner.Say(new TextEvent("idle"), EndEvent.Done);
        (int status, string output, string error) = await api.Type("st dir\n\nnonsense\nlist j?\nversion x\nquit\nlist jobs\n");
        Assert.Equal((2, "idle\njobs  jobmedia\n"), (status, output));
        Assert.Equal("backup: 'nonsense' is no command; 'help' lists them\nbackup: 'version' takes no 'x': it stands alone\n", error);
    }

    [Fact]
    public async Task Help_and_the_console_s_own_version_need_no_node()
    {
        await using ApiFixture api = await ApiFixture.Start();
        await api.Stop();
        Assert.Contains("restore {jobid=N|job=NAME|client=NAME}", (await api.Console("help", "restore")).Output, StringComparison.Ordinal);
        Assert.StartsWith("wait: follow runs to their end", (await api.Console("help", "wait")).Output, StringComparison.Ordinal);
        Assert.Matches(@"\Abackup \d+\.\d+\.\d+\n\z", (await api.Console("--version")).Output);
    }
}
