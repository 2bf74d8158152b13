using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>The configuration of a node that runs is changed: by files, and back.</summary>
[Trait("Req", "CFG-01")]
public sealed class ReloadTests : NodeTest
{
    private void Write(string configuration) => File.WriteAllText(Node.Configuration, configuration);

    private static string Print((string Name, string Value)[] variables, params string[] words) =>
        ProgramRun.Of(BuiltPrograms.Node, ["run", "--print-config-path", .. words], null, variables).EndsWith(0).Output;

    [Fact]
    public void A_job_that_waits_goes_on_with_what_it_began_with_and_the_next_takes_the_new()
    {
        string old = Folder("old", ("a", "old")), fresh = Folder("fresh", ("b", "fresh"));
        string configuration = File.ReadAllText(Node.Configuration)
            .Replace("paths-per-run = yes", $"paths = \"{old}\"", StringComparison.Ordinal);
        string closed = configuration.Replace(
            "label-format = \"Quickstart-{0001}\"", "label-format = \"Quickstart-{0001}\", label-automatically = no",
            StringComparison.Ordinal);
        Assert.NotEqual(configuration, closed);
        Configure("level = Incremental", "level = Full");
        Write(closed);
        Node.Start();
        long job = Node.Documents("run", "job=quickstart", "yes").End.GetProperty("jobid").GetInt64();

        Write(configuration.Replace(old, fresh, StringComparison.Ordinal) + "\nJop { }");
        ProgramRun refused = Node.Console("reload").EndsWith(1);
        Assert.Contains("'Jop' is no kind of resource; nearest: Job", refused.Errors, StringComparison.Ordinal);

        Write(configuration.Replace(old, fresh, StringComparison.Ordinal));
        string taken = Node.Console("reload", "comment=volumes may be made").EndsWith(0).Output;
        Assert.Contains("configuration 2 is in force", taken, StringComparison.Ordinal);
        Assert.Contains($"changed FileSet quickstart: paths = {fresh} (was {old})", taken, StringComparison.Ordinal);
        Node.Console("wait", $"jobid={job}").EndsWith(0);
        Assert.Equal("old", File.ReadAllText(Path.Combine(Restore(job, old), "a")));
        long next = Node.Documents("run", "job=quickstart", "wait=yes", "yes").JobInState("OK");
        Assert.Equal("fresh", File.ReadAllText(Path.Combine(Restore(next, fresh), "b")));

        Node.Console("configuration", "rollback", "version=1", "yes").EndsWith(0);
        Node.Stop();
        Node.Start();
        string shown = Node.Console("configuration", "show", "kind=FileSet").EndsWith(0).Output;
        Assert.Contains($"paths = {old}", shown, StringComparison.Ordinal);
        Assert.Contains("volumes may be made", Node.Console("configuration", "history").EndsWith(0).Output, StringComparison.Ordinal);
        Assert.Contains("label-automatically", Node.Console("configuration", "diff", "version=1", "with=2").EndsWith(0).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "CFG-10")]
    public void The_file_that_is_read_is_the_one_given_or_that_of_the_environment_or_the_documented_one()
    {
        Assert.Equal("/etc/backup/backup.conf\n", Print([]));
        Assert.Equal("/elsewhere.conf\n", Print([("BACKUP_CONFIG", "/elsewhere.conf")]));
        Assert.Equal("/given.conf\n", Print([("BACKUP_CONFIG", "/elsewhere.conf")], "--config", "/given.conf"));
        Assert.Contains("/nowhere/backup.conf cannot be read",
            ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", "/nowhere/backup.conf"]).EndsWith(1).Errors, StringComparison.Ordinal);
    }
}
