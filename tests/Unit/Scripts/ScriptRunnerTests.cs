using System.Collections.Concurrent;
using System.Diagnostics;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Scripts;
using Backup.Scripts.Clients;

namespace Backup.Tests.Unit.Scripts;

/// <summary>Real programs of the system, run as scripts.</summary>
[global::System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ScriptRunnerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("backup-scripts-").FullName;
    private readonly ScriptRunner _runner = new(TimeProvider.System);
    private readonly BlockingCollection<ScriptEnded> _said = new(64);

    public void Dispose()
    {
        _runner.Dispose();
        _said.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_program_gets_its_arguments_as_they_are_and_says_what_it_wrote()
    {
        ScriptEnded ended = Run(Order("printf", @"%s\n", "a  b", "$HOME;*"));

        Assert.Equal((0, null), (ended.ExitStatus, ended.Failure));
        Assert.Equal(["a  b", "$HOME;*"], ended.Lines);
    }

    [Fact]
    public void The_environment_has_the_jobs_variables_and_nothing_of_the_node()
    {
        Environment.SetEnvironmentVariable("SECRET_OF_THE_NODE", "1");
        ScriptEnded ended = Run(Order("env") with { Environment = [new("BACKUP_JOB_ID", "7")] });

        Assert.Equal(["BACKUP_JOB_ID", "HOME", "LANG", "PATH"], ended.Lines.Select(line => line.Split('=')[0]).Order());
    }

    [Fact]
    public void An_exit_status_and_a_program_that_is_not_there_are_told_apart()
    {
        Assert.Equal(3, Run(Order("sh", "-c", "exit 3")).ExitStatus);
        Assert.Contains("there is no program '/no/such'", Run(Order("/no/such")).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_out_kills_the_whole_group()
    {
        string mark = Path.Combine(_folder, "child");
        ScriptEnded ended = Run(Order("sh", "-c", $"sleep 300 & echo $! > {mark}; wait") with { Timeout = TimeSpan.FromSeconds(1) });

        Assert.StartsWith("killed after its time-out", ended.Failure, StringComparison.Ordinal);
        int child = int.Parse(File.ReadAllText(mark).Trim());
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(child), Patience));
    }

    [Fact]
    public void A_script_that_is_stopped_is_killed_and_says_why()
    {
        ScriptOrder order = Order("sleep", "300");
        _runner.Run(order, _said.Add);
        _runner.Stop(new ScriptStop(order.Job, order.Run, order.Script, "canceled by alice"), _said.Add);

        Assert.Contains("canceled by alice", Next().Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_much_output_the_first_lines_are_kept_and_the_others_counted()
    {
        ScriptEnded ended = Run(Order("sh", "-c", "seq 1 1000; head -c 100000 /dev/zero | tr '\\0' x >&2"));

        Assert.Equal(100, ended.Lines.Count);
        Assert.Equal(901, ended.LinesDropped);
        Assert.All(ended.Lines, line => Assert.True(line.Length <= 500));
    }

    [Fact]
    public void More_scripts_than_may_run_at_once_wait_and_run_then()
    {
        for (int script = 1; script <= ScriptRunner.AtOnceMax + 2; script++) _runner.Run(Order("true") with { Script = script }, _said.Add);

        for (int ended = 0; ended < ScriptRunner.AtOnceMax + 2; ended++) Assert.Equal(0, Next().ExitStatus);
    }

    [Fact]
    public void A_client_runs_a_script_once_however_often_it_is_ordered()
    {
        string count = Path.Combine(_folder, "count");
        ScriptOrder order = Order("sh", "-c", $"echo ran >> {count}");
        ScriptEnded first;
        using (ClientScripts scripts = Client(new ScriptPermission(true, null)))
        {
            scripts.Run(order, _said.Add);
            first = Next();
        }
        using ClientScripts again = Client(new ScriptPermission(true, null));
        again.Run(order, _said.Add);

        Assert.Equal((first.ExitStatus, first.Took), (0, Next().Took));
        Assert.Single(File.ReadAllLines(count));
        again.Forget(order.Job);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "marks")));
    }

    [Fact]
    public void A_script_that_was_begun_by_a_client_that_died_is_not_begun_again_where_it_may_run_once()
    {
        ScriptOrder order = Order("true");
        new ScriptMarks(Path.Combine(_folder, "marks"), TimeProvider.System).Begin(order);
        using ClientScripts scripts = Client(new ScriptPermission(true, null));
        scripts.Run(order, _said.Add);
        Assert.Contains("the client was restarted", Next().Failure, StringComparison.Ordinal);

        ScriptOrder again = Order("true") with { Script = 2, Once = false };
        new ScriptMarks(Path.Combine(_folder, "marks"), TimeProvider.System).Begin(again);
        scripts.Run(again, _said.Add);
        Assert.Equal(0, Next().ExitStatus);
    }

    [Fact]
    public void A_client_runs_what_its_own_file_lets_it_run_and_nothing_else()
    {
        string allowed = Directory.CreateDirectory(Path.Combine(_folder, "allowed")).FullName;
        string script = Path.Combine(allowed, "freeze");
        File.WriteAllText(script, "#!/bin/sh\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(allowed, "link"), "/bin/sh");
        var only = new ScriptPermission(true, allowed);

        Assert.Contains("scripts = no", new ScriptPermission(false, null).Refusal(script), StringComparison.Ordinal);
        Assert.Null(only.Refusal(script));
        Assert.Contains("is not in", only.Refusal("/bin/sh"), StringComparison.Ordinal);
        Assert.Contains("is not in", only.Refusal($"{allowed}/../freeze"), StringComparison.Ordinal);
        Assert.Contains("is not in", only.Refusal("sh"), StringComparison.Ordinal);
        Assert.Contains("leads to", only.Refusal($"{allowed}/link"), StringComparison.Ordinal);
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.OtherWrite);
        Assert.Contains("can be written by others", only.Refusal(script), StringComparison.Ordinal);
    }

    private ClientScripts Client(ScriptPermission permission) =>
        new(permission, new ScriptMarks(Path.Combine(_folder, "marks"), TimeProvider.System), TimeProvider.System);

    private static ScriptOrder Order(params string[] command) =>
        new(new JobId(7), new SessionId(new Guid(1, 2, 3, new byte[8])), 1, command, [], Patience, true);

    private ScriptEnded Run(ScriptOrder order)
    {
        _runner.Run(order, _said.Add);
        return Next();
    }

    private ScriptEnded Next() => _said.TryTake(out ScriptEnded? ended, Patience) ? ended : throw new TimeoutException("nothing was said");

    private static bool IsAlive(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }
}
