using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles.Prompt;

/// <summary>
/// 'restore' without words: from numbered ways to a run, from the run's tree to files, to the words of a restore that could have been typed
/// on one line. Nothing is restored here.
/// </summary>
internal sealed class RestoreDialogue(Questions questions)
{
    private const string RunsShown = "limit=20";

    private static readonly IReadOnlyList<string> Ways =
    [
        "one of the newest runs", "a run by its number (jobid)", "the newest run of a job", "the newest run of a client",
        "a client as it was at a time",
    ];

    /// <summary>The words of the restore. Throws <see cref="GivenUpException"/>, and what the node refuses.</summary>
    public async Task<IReadOnlyList<string>> Ask()
    {
        string[] source = await Source().ConfigureAwait(false);
        IReadOnlyList<RowEvent> facts = await questions.Rows(["restore", .. source, "preview"]).ConfigureAwait(false);
        string jobId = Fact(facts, "jobid");
        questions.Output.WriteLine($"run {jobId} of job {ValueText.Clean(Fact(facts, "job"))}");
        string[] files = questions.Choose("What of it?", ["everything", "chosen files and directories"]) == 0
            ? ["all"] : await new TreeBrowser(questions, jobId).Choose().ConfigureAwait(false);
        string where = questions.Ask("below which directory? (empty: at its old place) ");
        List<string> words = ["restore", $"jobid={jobId}", .. files];
        if (where.Length > 0) words.Add($"where={where}");
        words.Add("wait");
        return words;
    }

    private async Task<string[]> Source()
    {
        switch (questions.Choose("Restore from:", Ways))
        {
            case 0:
                IReadOnlyList<RowEvent> runs = [.. (await questions.Rows("list", "jobs", RunsShown).ConfigureAwait(false)).Where(IsWhole)];
                if (runs.Count == 0) throw new CommandUsageException("none of the newest runs can be restored; see: list jobs");
                return [$"jobid={Questions.Cell(runs[questions.Choose("Runs:", [.. runs.Select(Shown)])], "jobid")}"];
            case 1:
                return [$"jobid={questions.Ask("jobid: ")}"];
            case 2:
                return [$"job={questions.Ask("job: ")}"];
            case 3:
                return [$"client={await Client().ConfigureAwait(false)}"];
            default:
                return [$"client={await Client().ConfigureAwait(false)}", $"before={questions.Ask("as of (2026-11-23 10:00): ")}"];
        }
    }

    /// <summary>A single choice is made for the user, and said.</summary>
    private async Task<string> Client()
    {
        string[] names = [.. (await questions.Rows("list", "clients").ConfigureAwait(false)).Select(row => Questions.Cell(row, "name"))];
        if (names.Length != 1) return names[questions.Choose("Clients:", names)];
        questions.Output.WriteLine($"client {ValueText.Clean(names[0])}, the only one");
        return names[0];
    }

    private static string Fact(IReadOnlyList<RowEvent> facts, string what) =>
        facts.Where(row => Questions.Cell(row, "what") == what).Select(row => Questions.Cell(row, "value")).First();

    private static bool IsWhole(RowEvent run) =>
        Questions.Cell(run, "type") == "Backup" && Questions.Cell(run, "state").StartsWith("OK", StringComparison.Ordinal);

    private static string Shown(RowEvent run) => string.Join("  ",
        ((string[])["jobid", "job", "level", "client", "started", "state"]).Select(column => Questions.Cell(run, column)));
}
