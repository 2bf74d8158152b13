using Backup.Commands;

namespace Backup.Consoles;

/// <summary>What stands before the command on the program's command line.</summary>
internal sealed record ConsoleOptions(string? Socket, bool IsJson, ConsoleAsk Ask, IReadOnlyList<string> Words)
{
    public const string Usage = "usage: backup [--socket PATH] [--json] [COMMAND [key=value ...]]";

    /// <summary>Throws <see cref="CommandUsageException"/>.</summary>
    public static ConsoleOptions Parse(IReadOnlyList<string> arguments)
    {
        string? socket = null;
        bool isJson = false;
        ConsoleAsk ask = ConsoleAsk.Command;
        int at = 0;
        for (; at < arguments.Count && arguments[at].StartsWith('-'); at++)
        {
            string argument = arguments[at];
            if (argument == "--") { at++; break; }
            if (argument == "--json") isJson = true;
            else if (argument is "--help" or "-h") ask = ConsoleAsk.Help;
            else if (argument == "--version") ask = ConsoleAsk.Version;
            else if (argument.StartsWith("--socket=", StringComparison.Ordinal)) socket = argument["--socket=".Length..];
            else if (argument == "--socket" && at + 1 < arguments.Count) socket = arguments[++at];
            else throw new CommandUsageException($"'{CommandWords.Show(argument)}' is no option that stands here; {Usage}");
        }
        if (socket?.Length == 0) throw new CommandUsageException($"--socket wants a path; {Usage}");
        return new ConsoleOptions(socket, isJson, ask, [.. arguments.Skip(at)]);
    }
}

/// <summary>What the program is to do.</summary>
internal enum ConsoleAsk { Command, Help, Version }
