using Backup.Filesets.Linux;
using Backup.Filesets.Restore;
using Backup.Messages.Clients;
using Backup.Messages.Values;
using Backup.TestKit.Trees;

namespace Backup.Tests.Unit.Restore;

/// <summary>A source folder, a target folder, and a restore of the one into the other.</summary>
public sealed class RestoreFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RestoreFixture() => Directory.CreateDirectory(Source);

    public string Source => _folder["source"];
    public string Target => _folder["target"];

    public string Write(string path, string content)
    {
        string full = Path.Combine(Source, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public CapturedTree Capture()
    {
        using var files = new LinuxFileTree();
        return new CapturedTree(files, Source);
    }

    public TreeRestoreResult Restore(CapturedTree tree, ReplaceRule rule = ReplaceRule.Always, bool dryRun = false,
        params string[] selections)
    {
        string[] chosen = selections.Length == 0 ? ["/"] : selections;
        var target = new RestoreTarget(_folder.Bytes("target"), rule, dryRun, ".restore-test-");
        var request = new TreeRestoreRequest(tree.Root, [.. chosen.Select(ByteText.Parse)], target, _folder.Path);
        return new TreeRestore(request, tree, tree).Run(_ => { }, default);
    }

    /// <summary>
    /// Differences of the two folders in words. The folders themselves are no entries of a tree: their own attributes are left out.
    /// </summary>
    public IReadOnlyList<string> Differences()
    {
        var found = new List<string>();
        new TreeComparison(ComparisonScope.None, difference => found.Add($"{ByteText.Show(difference.Path)}: {difference.What}"))
            .Compare(_folder.Bytes("source"), _folder.Bytes("target"));
        return [.. found.Where(line => !line.StartsWith("/: ", StringComparison.Ordinal))];
    }

    public void Dispose() => _folder.Dispose();
}
