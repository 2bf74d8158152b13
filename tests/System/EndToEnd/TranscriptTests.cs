using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>
/// What an installation says to its people, word for word: a series of commands on a small one, against tests/System/golden/transcript.txt
/// as the build before said it. A message that changes shows as a difference; where it was meant, the file is written anew and the
/// difference is read before it is committed.
/// </summary>
public sealed class TranscriptTests : NodeTest
{
    /// <summary>Set to write the file anew.</summary>
    private const string WriteAnew = "BACKUP_WRITE_GOLDEN";

    private static string Golden => BuiltPrograms.Script("tests/System/golden/transcript.txt");

    [Fact]
    [Trait("Req", "TST-02")]
    [Trait("Req", "TST-04")]
    public void A_fixed_series_of_commands_says_what_it_said_before()
    {
        string tree = Folder("tree", ("a", "hello, volume"), ("b/c", "hello again"), ("b/new\nline", ""));
        Node.Start();
        Transcript transcript = Masked();
        foreach (string[] words in Commands(tree)) transcript.Add(Node.Console(words), $"backup {string.Join(' ', words)}");
        Node.Stop();
        foreach (string[] words in (string[][])[["ls", Volume], ["ls", Volume, "--labels"], ["verify", Volume], ["ls", Volume + "x"]])
            transcript.Add(ProgramRun.Of(BuiltPrograms.VolumeTool, words), $"backup-volume {string.Join(' ', words)}");

        string said = Scratch("transcript");
        File.WriteAllText(said, transcript.ToString());
        if (Environment.GetEnvironmentVariable(WriteAnew) is { Length: > 0 }) File.Copy(said, Golden, overwrite: true);
        ProgramRun difference = ProgramRun.Of("diff", ["-u", "--label", "as it was", "--label", "as it is", Golden, said]);
        Assert.True(difference.Status == 0, $"what the programs say has changed; where that is meant, {WriteAnew}=1 writes {Golden} anew:\n"
            + difference.Output + difference.Errors);
    }

    private static IEnumerable<string[]> Commands(string tree) =>
    [
        ["version"],
        ["list", "jobs"],
        ["estimate", "job=quickstart", "level=Full", $"root={tree}"],
        ["run", "job=quickstart", "level=Full", $"root={tree}", "preview=yes"],
        ["run", "job=quickstart", "level=Full", $"root={tree}"],
        ["run", "job=quickstart", "level=Full", $"root={tree}", "wait=yes", "yes"],
        ["list", "jobs"],
        ["list", "files", "jobid=1", $"path={tree}"],
        ["list", "unsaved", "jobid=1"],
        ["list", "volumes"],
        ["list", "jobmedia", "jobid=1"],
        ["list", "clients"],
        ["list", "filesets"],
        ["show", "fileset=quickstart"],
        ["list", "pools"],
        ["list", "storages"],
        ["log", "jobid=1"],
        ["report", "jobid=1"],
        ["status", "job", "jobid=1"],
        ["status", "client"],
        ["schedule", "preview"],
        ["restore", "jobid=1", $"file={tree}/a", $"where={tree}-restored", "preview=yes"],
        ["restore", "jobid=1", $"where={tree}-restored", "wait=yes", "yes"],
        ["report", "jobid=2"],
        ["run", "job=missing", "yes"],
        ["list", "files", "jobid=99"],
        ["show", "fileset=missing"],
        ["restore", "jobid=2", "yes"],
        ["cancel", "jobid=1"],
        ["explain", "jobid=1"],
        ["nonsense"],
        ["list", "nonsense"],
        ["list", "jobs", "limit=many"],
    ];

    private Transcript Masked()
    {
        string Uname(string part) => ProgramRun.Of("uname", [part]).EndsWith(0).Output.Trim();
        string version = ProgramRun.Of(BuiltPrograms.Console, ["--version"]).EndsWith(0).Output.Split(' ')[1].Trim();
        string distribution = File.ReadLines("/etc/os-release").First(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal));
        return new Transcript(Environment.UserName).Masks(Scratch(""), "<scratch>").Masks(Environment.MachineName, "<host>")
            .Masks(version, "<version>").Masks($"{Uname("-r")} {Uname("-v")} {Uname("-m")}", "<kernel>")
            .Masks(Uname("-r"), "<release>").Masks(distribution.Split('=')[1].Trim('"'), "<distribution>")
            .Masks(new DriveInfo("/").DriveFormat, "<filesystem>");
    }
}
