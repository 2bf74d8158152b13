using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>What a user does wrong is answered with one line and the right status, and changes nothing.</summary>
public sealed class RefusalTests : NodeTest
{
    private const int Refused = 1, WrongUsage = 2;

    [Fact]
    public void A_console_without_a_node_says_where_it_looked() =>
        ProgramRun.Of(BuiltPrograms.Console, ["--socket", Scratch("nobody.sock"), "status"]).IsRefused(Refused, "nobody.sock");

    [Fact]
    public void A_mistyped_word_is_answered_with_the_right_one()
    {
        Node.Start();
        Node.Console("lost", "jobs").IsRefused(WrongUsage, "lost", "list");
        Node.Console("run", "jbo=quickstart").IsRefused(WrongUsage, "jbo", "job");
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Node.Start();
        Node.Console("run", "job=nosuchjob", "yes").IsRefused(Refused, "nosuchjob");
        Node.Console("restore", "jobid=4711", $"where={Scratch("r")}", "yes").IsRefused(Refused, "4711");
        Node.Console("report", "jobid=4711").IsRefused(Refused, "4711");
        Assert.False(Path.Exists(Scratch("r")));
    }

    [Fact]
    public void A_backup_of_a_missing_folder_fails_and_names_it()
    {
        Node.Start();
        ConsoleAnswer answer = Node.Documents("run", "job=quickstart", $"root={Scratch("missing")}", "wait=yes", "yes");
        long job = answer.JobInState("Failed");
        answer.Run.EndsWith(Refused);
        Assert.Contains("missing", Node.Console("report", $"jobid={job}").EndsWith(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_with_a_missing_configuration_does_not_start()
    {
        string missing = Scratch("missing.conf");
        ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", missing, "--data", Scratch("data")]).IsRefused(Refused, "missing.conf");
    }

    [Fact]
    public void A_second_node_on_the_same_data_does_not_start()
    {
        Node.Start();
        ProgramRun second = ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", Node.Configuration, "--data", Node.Data]);
        second.IsRefused(Refused, Node.Data);
        Node.Console("status").EndsWith(0);
    }
}
