using System.CommandLine;
using Backup.Configuration;
using Backup.Configuration.Resources;

namespace Backup.Node.Configurations;

/// <summary><c>backup-node check</c>: what is wrong with files, and what nodes they are complete for. Starts nothing.</summary>
internal static class CheckCommand
{
    public static Command Make(Func<Func<int>, int> guarded)
    {
        var file = new Argument<string[]>("file")
        {
            Description = "configuration files, checked as one whole; without one those that run would read",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("check", "Checks configuration without running anything.") { file };
        command.SetAction(parsed => guarded(() =>
            Check(new ConfigurationFiles(Files(parsed.GetValue(file), parsed.GetValue<string[]>("--config"))).Load())));
        return command;
    }

    private static IReadOnlyList<string> Files(string[]? words, string[]? option) =>
        words is { Length: > 0 } ? words : ConfigurationPath.Of(option);

    private static int Check(BackupConfiguration model)
    {
        Console.WriteLine($"OK: {model.Jobs.Count} jobs, {model.Clients.Count} clients, {model.FileSets.Count} filesets, "
            + $"{model.Storages.Count} storages");
        foreach (NodePart part in NodeParts.Of(model)) Console.WriteLine(part);
        return NodeParts.Of(model).All(part => part.Missing is null) ? 0 : 1;
    }
}
