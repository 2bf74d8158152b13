using System.CommandLine;
using Backup.Node.Configurations;
using Backup.Node.Enrolment;
using Backup.Node.Running;

namespace Backup.Node;

/// <summary>The words of <c>backup-node</c>: run, check, init, invite, join, renew, certificate, version.</summary>
internal static class NodeProgram
{
    private const int Refused = 1, WrongUsage = 2;

    internal static readonly Option<string[]> Config = new("--config")
    {
        Description = $"configuration file, may be given more than once; without it ${ConfigurationPath.Variable}, "
            + $"then {ConfigurationPath.Default}",
        Recursive = true,
    };

    private static readonly Option<bool> PrintPath = new("--print-config-path")
    {
        Description = "prints which configuration files would be read, and does nothing else", Recursive = true,
    };

    /// <summary>Exit status 0 for a clean end, 1 for a refusal, 2 for wrong usage; each refusal is one line on standard error.</summary>
    public static int Run(string[] arguments)
    {
        var root = new RootCommand("The daemon of the backup system: director, storage and client roles in one process.")
        {
            Config, PrintPath,
        };
        root.SetAction(_ => Wrong("a command is wanted: run, check, init, invite, join, renew or certificate"));
        root.Subcommands.Add(RunCommand());
        root.Subcommands.Add(CheckCommand.Make(Guarded));
        foreach (Command command in EnrolmentCommands.All) root.Subcommands.Add(command);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0) return Wrong(parsed.Errors[0].Message);
        return parsed.GetValue(PrintPath) ? Print(parsed) : parsed.Invoke();
    }

    private static Command RunCommand()
    {
        var data = new Option<string?>("--data") { Description = "data directory, instead of the configuration's" };
        var node = new Option<string?>("--node") { Description = "which Node resource this process is, where there are several" };
        var command = new Command("run", "Runs the node until it is told to stop (SIGTERM or Ctrl-C).") { data, node };
        command.SetAction(parsed => Guarded(() =>
            NodeRun.UntilStopped(Settings(parsed.GetValue(Config), parsed.GetValue(node), parsed.GetValue(data)))));
        return command;
    }

    private static int Print(ParseResult parsed)
    {
        foreach (string file in ConfigurationPath.Of(parsed.GetValue(Config))) Console.WriteLine(file);
        return 0;
    }

    /// <summary>What a process is by these files; the node is the one of that name, or the only one.</summary>
    public static NodeSettings Settings(string[]? given, string? node, string? data)
    {
        var files = new ConfigurationFiles([.. ConfigurationPath.Of(given).Select(Path.GetFullPath)]);
        return NodeSettings.Of(files.Load(), node, data) with { Files = files };
    }

    private static int Wrong(string message)
    {
        Console.Error.WriteLine($"backup-node: {message}; see backup-node --help");
        return WrongUsage;
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
