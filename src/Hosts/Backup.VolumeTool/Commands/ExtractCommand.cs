using System.CommandLine;
using Backup.Filesets.Restore;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
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
        int status = ToolCommands.Done;
        NodeId? root = chosen.End is { Seal: { } seal } && (seal.Failure is null || !seal.Root.IsEmpty) ? seal.Root : null;
        bool whole = root is { } known && shelf.Nodes.HasTree(known);
        if (root is { } tree) status = Restore(tree, target);
        if (whole) return status;
        errors.WriteLine($"session {chosen.Session}: {(root is null ? "its end is" : "a part of its tree is")} on none of these volumes: "
            + "what is restored has names and attributes from its Attributes records; what it took over from earlier sessions is left out");
        NodeId found = AttributesTree.Read(shelf, chosen, fault => errors.WriteLine(fault));
        Restore(found, root is null ? target : target with { Replace = ReplaceRule.Never });
        return ToolCommands.Refused; // without the tree nobody can say that this is all

        int Restore(NodeId node, RestoreTarget into) => Extract(shelf, chosen, new(node, [.. paths.Select(ByteText.Parse)], into,
            Path.GetTempPath()), output, errors);
    }

    private static int Extract(VolumeShelf shelf, ShelvedSession chosen, TreeRestoreRequest request, TextWriter output, TextWriter errors)
    {
        using var content = new VolumeContent(shelf);
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
