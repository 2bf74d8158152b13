using System.CommandLine;

namespace Backup.VolumeTool.Commands;

/// <summary>The tool's table of commands. Exit status: 0 done, 1 refused or faults found, 2 wrong usage.</summary>
public static class ToolCommands
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int WrongUsage = 2;

    /// <summary>Runs one command line; what it has to say goes to the two writers.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        ParseResult parsed = Table(output, errors).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            errors.WriteLine($"backup-volume: {parsed.Errors[0].Message} (backup-volume --help shows the usage)");
            return WrongUsage;
        }
        var invocation = new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false };
        try
        {
            return parsed.Invoke(invocation);
        }
        catch (Exception e) when (e is ToolException or IOException or FormatException or UnauthorizedAccessException)
        {
            errors.WriteLine($"backup-volume: {e.Message.ReplaceLineEndings(" ")}");
            return Refused;
        }
    }

    private static RootCommand Table(TextWriter output, TextWriter errors) =>
        new("Reads volumes without a cluster, a catalog or a configuration. A path or name that is not UTF-8 is written with \\xHH.")
        {
            ListCommand.Make(output), ExtractCommand.Make(output, errors), ScanCommand.Make(output), VerifyCommand.Make(output),
            CompareCommand.Make(output),
        };

    internal static Argument<string[]> Volumes() =>
        new("volumes") { Description = "files of disk volumes, in any order", Arity = ArgumentArity.OneOrMore };

    internal static Option<string?> Session() =>
        new("--session") { Description = "the session's id or its beginning (as ls shows it); the newest whole one where none is named" };
}
