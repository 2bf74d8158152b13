using System.Diagnostics;
using System.Text.Json;
using Backup.Commands;
using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>Every command of the table, against a real node: what it says as JSON has the shape that the table promises.</summary>
public sealed class CommandShapeTests : NodeTest
{
    /// <summary>Well above what a command takes on a loaded machine; the product's own promise is measured elsewhere.</summary>
    private static readonly TimeSpan EachWithin = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("Req", "CON-19")]
    [Trait("Req", "CON-21")]
    public void Every_command_answers_json_in_the_shape_that_the_table_promises()
    {
        string folder = Folder("tree", ("a", "hello"), ("b/c", "volume"));
        Node.Start();
        long job = Backup(folder);
        foreach (CommandDefinition command in CommandTable.Commands)
        {
            string[] words = [.. command.Name.Split(' '), .. Words(command, job, folder)];
            long began = Stopwatch.GetTimestamp();
            ConsoleAnswer answer = Node.Documents(words);
            Assert.True(Stopwatch.GetElapsedTime(began) < EachWithin, $"{command.Name} took too long");
            Assert.True(answer.End.TryGetProperty("status", out JsonElement status), $"{command.Name} has no status");
            Assert.True(status.GetInt32() is 0 or 1, $"{command.Name}: {answer.Run.Output}");
            Check(command, answer.Run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>What each command needs beside its name; one that is not named here needs nothing.</summary>
    private static string[] Words(CommandDefinition command, long job, string folder) => command.Id switch
    {
        CommandId.Run => ["job=quickstart", $"root={folder}", "preview"],
        CommandId.Estimate => ["job=quickstart", $"root={folder}", "listing"],
        CommandId.Restore => [$"jobid={job}", "preview"],
        CommandId.ShowFileset => ["fileset=quickstart"],
        CommandId.InspectCluster => ["show"],
        CommandId.ConfigurationDiff or CommandId.ConfigurationRollback =>
            ["version=1", .. command.NeedsYes ? ["yes"] : Array.Empty<string>()],
        _ when command.RequiredOneOf.Contains("jobid") || command.Key("jobid") is { Required: true } => [$"jobid={job}"],
        _ => [],
    };

    private static void Check(CommandDefinition command, string[] lines)
    {
        string[] promised = [];
        foreach (JsonElement document in lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            if (document.GetProperty("kind").GetString() == "columns")
            {
                promised = [.. document.GetProperty("columns").EnumerateArray().Select(Shape)];
                string? title = document.TryGetProperty("title", out JsonElement named) ? named.GetString() : null;
                IReadOnlyList<ColumnDefinition>? table = title is null ? command.Columns
                    : command.Tables.FirstOrDefault(known => known.Title == title)?.Columns;
                Assert.True(table is not null, $"{command.Name}: no table '{title}' is promised");
                Assert.Equal(table.Select(column => $"{column.Name} {column.Type.ToString().ToLowerInvariant()}"), promised);
            }
            else if (document.GetProperty("kind").GetString() == "row")
                Assert.Equal(promised.Select(column => column.Split(' ')[0]),
                    document.GetProperty("row").EnumerateObject().Select(cell => cell.Name));
        }
    }

    private static string Shape(JsonElement column) => $"{column.GetProperty("name").GetString()} {column.GetProperty("type").GetString()}";
}
