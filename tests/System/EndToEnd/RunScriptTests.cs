namespace Backup.Tests.System.EndToEnd;

/// <summary>Real programs before and after real jobs, and several jobs at once.</summary>
[global::System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RunScriptTests : NodeTest
{
    [Fact]
    [Trait("Req", "CFG-03")]
    public void Scripts_run_before_and_after_a_job_on_client_and_director_and_see_how_it_ends()
    {
        string folder = Folder("tree", ("a", "content")), told = Scratch("told");
        string scripts = Folder("scripts", ("tell",
            $"#!/bin/sh\necho \"$1 $BACKUP_JOB_NAME $BACKUP_STATUS\" >> {told}\necho hello from $1\n"));
        File.SetUnixFileMode(Path.Combine(scripts, "tell"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        With("only-from " + scripts, $$"""
            { when = before, command = "{{scripts}}/tell client-before" }
            { when = before, on = director, command = ["{{scripts}}/tell", "director-%(Level)"] }
            { when = after, if = failure, command = "{{scripts}}/tell never" }
            { when = after, if = success, command = "{{scripts}}/tell client-after" }
            """);
        long job = Backup(folder);

        Assert.Equal(["client-before quickstart Running", "director-Full quickstart Running", "client-after quickstart OK"],
            File.ReadAllLines(told));
        string log = Node.Console("log", $"jobid={job}").Output;
        Assert.Contains("before script 1 on client quickstart-client: hello from client-before", log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_allows_no_scripts_fails_the_job_with_the_line_that_says_what_to_do()
    {
        string folder = Folder("tree", ("a", "content"));
        With("no", "{ when = before, command = \"/bin/true\" }");
        long job = Backup(folder, state: "Failed");

        Assert.Contains("scripts = no", Node.Console("log", $"jobid={job}").Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "JOB-06")]
    public void A_further_run_of_a_job_that_is_held_by_its_script_is_refused_and_one_of_another_root_waits()
    {
        string folder = Folder("tree", ("a", "content")), other = Folder("other", ("b", "content"));
        string go = Scratch("go");
        With("yes", $"{{ when = before, command = [sh, \"-c\", \"until [ -e {go} ]; do sleep 0.1; done\"] }}");
        long first = Node.Documents("run", "job=quickstart", $"root={folder}", "yes").End.GetProperty("jobid").GetInt64();
        string refused = Node.Console("run", "job=quickstart", $"root={folder}", "yes").EndsWith(1).Errors;
        Node.Documents("run", "job=quickstart", $"root={other}", "yes").Run.EndsWith(0);
        string status = Node.Console("status", "director").Output;
        File.WriteAllText(go, "");
        Node.Documents("wait", $"jobid={first}").JobInState("OK");

        Assert.Contains($"previous run {first} still active", refused, StringComparison.Ordinal);
        Assert.Contains("waits for client quickstart-client", status, StringComparison.Ordinal);
    }

    private void With(string allowed, string scripts)
    {
        Configure("data-directory = var", $"data-directory = var\n    scripts = \"{allowed}\"");
        string configuration = File.ReadAllText(Node.Configuration);
        string with = $"level = Incremental\n    run-scripts = [\n{scripts}\n]";
        File.WriteAllText(Node.Configuration, configuration.Replace("level = Incremental", with, StringComparison.Ordinal));
        Node.Start();
    }
}
