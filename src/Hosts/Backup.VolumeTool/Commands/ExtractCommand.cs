using System.CommandLine;
using Backup.Filesets.Restore;
using Backup.Messages.Clients;
using Backup.Messages.Values;
using Backup.VolumeTool.Volumes;

namespace Backup.VolumeTool.Commands;

/// <summary>extract VOLUME... --to DIR: restores a session, or paths of it, with nothing but volumes.</summary>
internal static class ExtractCommand
{
    public static Command Make(TextWriter output, TextWriter errors)
    {
        Argument<string[]> volumes = ToolCommands.Volumes();
        Option<string?> session = ToolCommands.Session();
        var to = new Option<string>("--to") { Description =
            "the folder to restore into; it is made where it is not there", Required = true };
        var paths = new Option<string[]>("--path") { Description = "restore only this path and what is below; may be given more than once",
            DefaultValueFactory = _ => ["/"] };
        var replace = new Option<ReplaceRule>("--replace") { Description = "what to do where a file stands already",
            DefaultValueFactory = _ => ReplaceRule.Always };
        var command = new Command("extract", "restores from volumes alone; exit status 1 where anything could not be restored") { volumes,
            session, to, paths, replace };
        command.SetAction(parsed =>
        {
            using VolumeShelf shelf = VolumeShelf.Open(parsed.GetValue(volumes)!);
            ShelvedSession chosen = shelf.Choose(parsed.GetValue(session));
            var target =
                new RestoreTarget(CompareCommand.Folder(parsed.GetValue(to)!), parsed.GetValue(replace), DryRun: false, ".backup-extract-");
            return Extract(shelf, chosen, target, parsed.GetValue(paths)!, output, errors);
        });
        return command;
    }

    private static int Extract(VolumeShelf shelf, ShelvedSession chosen, RestoreTarget target, string[] paths,
        TextWriter output, TextWriter errors)
    {
        if (chosen.End is not { } end)
            throw new ToolException($"session {chosen.Session} has no end on these volumes: add the volume that it "
                + "ends on, or name another");
        using var content = new VolumeContent(shelf);
        var request = new TreeRestoreRequest(end.Seal.Root, [.. paths.Select(ByteText.Parse)], target, Path.GetTempPath());
        TreeRestoreResult result = new TreeRestore(request, shelf.Nodes, content).Run(_ => { }, CancellationToken.None);
        foreach (RestoreProblem problem in result.FirstProblems) errors.WriteLine($"{ByteText.Show(problem.Path)}: {problem.Reason}");
        long more = result.ProblemCount - result.FirstProblems.Count;
        if (more > 0) errors.WriteLine($"and {more} more problems");
        if (result.Broken is { } broken) errors.WriteLine($"the volumes could not be read to the end: {broken}");
        output.WriteLine($"session {chosen.Session}: {result.Entries} entries, {result.Files} files, {result.BytesWritten} bytes,"
            + $" {result.Verified} digests checked, {result.Skipped} skipped, {result.ProblemCount} problems");
        return result.FailureCount == 0 && result.Broken is null ? ToolCommands.Done : ToolCommands.Refused;
    }
}
