using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Jobs;

namespace Backup.Tests.Unit.Configuration;

public class RunScriptTests
{
    private const string Around =
        """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Client { c1 { node = n } }
        Storage { s1 { node = n, folder = volumes } }
        Pool { p1 { } }
        FileSet { etc { paths = ["/etc"] } }
        """;

    [Fact]
    public void A_script_is_read_with_what_holds_where_nothing_is_said()
    {
        BackupConfiguration read = Model("""
            { when = before, command = "/usr/local/bin/freeze --name '%(JobName) now'" }
            { when = after, on = director, command = [/bin/mail, "-s", "a b", root], if = failure, fail-job = no, once = no, timeout = 5 s }
            """);
        RunScript before = read.Jobs["j"].RunScripts[0], after = read.Jobs["j"].RunScripts[1];

        Assert.Equal(["/usr/local/bin/freeze", "--name", "%(JobName) now"], before.Command);
        Assert.Equal((ScriptMoment.Before, ScriptPlace.Client, ScriptCondition.Always, true, true, TimeSpan.FromMinutes(10)),
            (before.When, before.On, before.If, before.FailJob, before.Once, before.Timeout));
        Assert.Equal(["/bin/mail", "-s", "a b", "root"], after.Command);
        Assert.Equal((ScriptMoment.After, ScriptPlace.Director, ScriptCondition.Failure, false, false, TimeSpan.FromSeconds(5)),
            (after.When, after.On, after.If, after.FailJob, after.Once, after.Timeout));
    }

    [Theory]
    [InlineData("{ when = befor, command = x }", "run-scripts: when: 'befor' is not known here; nearest: before")]
    [InlineData("{ command = x }", "run-scripts: when is missing: before, after")]
    [InlineData("{ when = before }", "run-scripts: command: is missing")]
    [InlineData("{ when = before, command = x, onn = client }", "run-scripts: 'onn' is no key of a script; nearest: on")]
    [InlineData("{ when = before, command = x, if = failure }", "run-scripts: if is for scripts with when = after")]
    [InlineData("{ when = before, command = x, timeout = 0 s }", "run-scripts: timeout: '0 s' is not between")]
    [InlineData("{ when = before, command = \"x 'y\" }", "is not closed")]
    [InlineData("{ when = before, command = \"x %(Jobid)\" }", "'%(Jobid)' is no variable; known: JobId")]
    [InlineData("{ when = before, command = \"x %j\" }", "'%j' is an old variable; write '%(JobName)'")]
    [InlineData("{ when = after, command = [sh, \"-c\", \"mail %(Reason)\"] }", "write \"$BACKUP_REASON\"")]
    [InlineData("\"freeze\"", "'freeze' is no script; a script is written { when")]
    [Trait("Req", "CFG-04")]
    public void A_mistake_in_a_script_is_one_line_at_its_place(string script, string words)
    {
        ConfigurationMistake mistake = Assert.Single(Load(script).Mistakes);

        Assert.StartsWith("a.conf:7:", mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains(words, mistake.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yes", true, null)]
    [InlineData("no", false, null)]
    [InlineData("\"only-from /etc/backup/scripts\"", true, "/etc/backup/scripts")]
    public void A_node_says_which_scripts_its_clients_run(string written, bool allowed, string? folder)
    {
        ConfigurationResult read = BackupConfiguration.Load([new ConfigurationText("a.conf",
            $"Node {{ n {{ roles = [director], data-directory = var, scripts = {written} }} }}")]);

        Assert.Equal(new NodeScripts(allowed, folder), read.Model!.Nodes["n"].Scripts);
    }

    [Theory]
    [InlineData(@"a b", "a|b")]
    [InlineData(@"  a   b  ", "a|b")]
    [InlineData(@"a 'b c' ""d e""", "a|b c|d e")]
    [InlineData(@"a\ b ""c\""d"" 'e\f'", @"a b|c""d|e\f")]
    [InlineData(@"a '' b", "a||b")]
    [InlineData(@"a$HOME *|b", @"a$HOME|*|b")]
    public void A_command_in_one_text_is_split_without_a_shell(string text, string words) =>
        Assert.Equal(words, string.Join('|', CommandWords.Split(text)));

    private static BackupConfiguration Model(string scripts)
    {
        ConfigurationResult read = Load(scripts);
        return read.Model ?? throw new InvalidOperationException(string.Join('\n', read.Mistakes));
    }

    private static ConfigurationResult Load(string scripts) => BackupConfiguration.Load([new ConfigurationText("a.conf",
        $"{Around}\nJob {{ j {{ client = c1, fileset = etc, storage = s1, pool = p1, run-scripts = [\n{scripts}\n] }} }}\n")]);
}
