using System.Text.Json;
using Xunit;

namespace Backup.TestKit.Processes;

/// <summary>The documents of one answer of the console (docs/protocols/api.md).</summary>
public sealed class ConsoleAnswer(ProgramRun run)
{
    private readonly Lazy<JsonElement[]> _documents = new(() =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)]);

    public ProgramRun Run => run;

    public IEnumerable<JsonElement> OfKind(string kind) =>
        _documents.Value.Where(document => document.GetProperty("kind").GetString() == kind);

    /// <summary>The last document, which says how the answer ended; a run that was waited for has its jobid and state there.</summary>
    public JsonElement End
    {
        get
        {
            JsonElement last = _documents.Value.LastOrDefault();
            Assert.True(last.ValueKind == JsonValueKind.Object && last.GetProperty("kind").GetString() == "end",
                $"{run.Command}: the last document is no 'end'\n{run.Output}\n{run.Errors}");
            return last;
        }
    }

    /// <summary>The rows of its table.</summary>
    public IReadOnlyList<JsonElement> Rows => [.. OfKind("row").Select(row => row.GetProperty("row"))];

    /// <summary>The run of a job that was waited for, and ended in this state.</summary>
    public long JobInState(string state)
    {
        string? ended = End.TryGetProperty("state", out JsonElement found) ? found.GetString() : null;
        Assert.True(ended == state, $"{run.Command}: ended {ended ?? "without a state"} instead of {state}\n{run.Output}\n{run.Errors}");
        return End.GetProperty("jobid").GetInt64();
    }
}
