using System.CommandLine;
using Backup.Configuration;
using Backup.Node.Enrolment;
using Backup.Node.Running;

namespace Backup.Node;

/// <summary>The words of <c>backup-node</c>: run, check, init, invite, join, certificate, version.</summary>
internal static class NodeProgram
{
    private const int Refused = 1;

    /// <summary>Exit status 0 for a clean end, 1 for a refusal, 2 for wrong usage; each refusal is one line on standard error.</summary>
    public static int Run(string[] arguments)
    {
        var root = new RootCommand("The daemon of the backup system: director, storage and client roles in one process.");
        root.Subcommands.Add(RunCommand());
        root.Subcommands.Add(CheckCommand());
        foreach (Command command in EnrolmentCommands.All) root.Subcommands.Add(command);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0) return parsed.Invoke();
        Console.Error.WriteLine($"backup-node: {parsed.Errors[0].Message}; see backup-node --help");
        return 2;
    }

    private static Command RunCommand()
    {
        var config = new Option<string[]>("--config") { Description = "configuration file; may be given more than once", Required = true };
        var data = new Option<string?>("--data") { Description = "data directory, instead of the configuration's" };
        var node = new Option<string?>("--node") { Description = "which Node resource this process is, where there are several" };
        var command = new Command("run", "Runs the node until it is told to stop (SIGTERM or Ctrl-C).") { config, data, node };
        command.SetAction(parsed => Guarded(() =>
            NodeRun.UntilStopped(Settings(parsed.GetValue(config)!, parsed.GetValue(node), parsed.GetValue(data)))));
        return command;
    }

    private static Command CheckCommand()
    {
        var file = new Argument<string[]>("file") { Description = "configuration files, checked as one whole" };
        var command = new Command("check", "Checks configuration without running anything.") { file };
        command.SetAction(parsed => Guarded(() =>
        {
            BackupConfiguration model = Load(parsed.GetValue(file)!);
            Console.WriteLine($"OK: {model.Jobs.Count} jobs, {model.Clients.Count} clients, {model.FileSets.Count} filesets, "
                + $"{model.Storages.Count} storages");
            return 0;
        }));
        return command;
    }

    /// <summary>What a process is by these files; the node is the one of that name, or the only one.</summary>
    public static NodeSettings Settings(string[] files, string? node, string? data) => NodeSettings.Of(Load(files), node, data);

    private static BackupConfiguration Load(string[] files)
    {
        ConfigurationText[] texts = [.. files.Select(file => new ConfigurationText(file, ReadText(file)))];
        ConfigurationResult result = BackupConfiguration.Load(texts, TryReadText, Environment.GetEnvironmentVariable);
        return result.Model ?? throw new NodeRefusedException(string.Join('\n', result.Mistakes));
    }

    private static string ReadText(string file) =>
        TryReadText(file) ?? throw new NodeRefusedException($"configuration file {file} cannot be read; check its path and rights");

    private static string? TryReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    public static int Guarded(Func<int> act)
    {
        try
        {
            return act();
        }
        catch (NodeRefusedException e)
        {
            Console.Error.WriteLine($"backup-node: {e.Message}");
            return Refused;
        }
    }
}

/// <summary>The node cannot run; the message is for its user, a line for each thing that is wrong.</summary>
internal sealed class NodeRefusedException(string message) : Exception(message);
