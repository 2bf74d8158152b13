using System.CommandLine;
using System.Text;
using Backup.Filesets.Restore;
using Backup.Messages.Values;

namespace Backup.VolumeTool.Commands;

/// <summary>compare SOURCE RESTORED: reads two trees anew and prints every difference.</summary>
internal static class CompareCommand
{
    private static readonly Dictionary<string, ComparisonScope> Scopes = new(StringComparer.Ordinal)
    {
        ["owner"] = ComparisonScope.Owner, ["device"] = ComparisonScope.Device, ["mtime"] = ComparisonScope.Time,
        ["xattr"] = ComparisonScope.Attribute,
        ["hardlink"] = ComparisonScope.HardLink, ["sparse"] = ComparisonScope.Sparse, ["mode"] = ComparisonScope.Mode,
    };

    public static Command Make(TextWriter output)
    {
        var source = new Argument<string>("source") { Description = "the tree as it was saved" };
        var restored = new Argument<string>("restored") { Description = "the tree that was restored" };
        var ignore = new Option<string>("--ignore") { Description = $"what to leave out, with commas: {string.Join(", ", Scopes.Keys)}",
            DefaultValueFactory = _ => "" };
        var command = new Command("compare",
            "compares two trees as a restore must match its source; exit status 1 where they differ") { source, restored, ignore };
        command.SetAction(parsed =>
            Compare(parsed.GetValue(source)!, parsed.GetValue(restored)!, ScopeOf(parsed.GetValue(ignore)!), output));
        return command;
    }

    private static int Compare(string source, string restored, ComparisonScope ignored, TextWriter output)
    {
        var comparison =
            new TreeComparison(ignored, difference => output.WriteLine($"{ByteText.Show(difference.Path)}: {difference.What}"));
        ComparisonTotals totals = comparison.Compare(Folder(source), Folder(restored));
        output.WriteLine(totals.Differences == 0
            ? $"{totals.Paths} paths equal" : $"{totals.Differences} differences in {totals.Paths} paths");
        return totals.Differences == 0 ? ToolCommands.Done : ToolCommands.Refused;
    }

    /// <summary>A folder as bytes, absolute.</summary>
    internal static byte[] Folder(string path)
    {
        byte[] bytes = ByteText.Parse(path);
        return bytes is [BytePath.Slash, ..] ? bytes : [.. Encoding.UTF8.GetBytes(Environment.CurrentDirectory), BytePath.Slash, .. bytes];
    }

    private static ComparisonScope ScopeOf(string words)
    {
        ComparisonScope ignored = ComparisonScope.None;
        foreach (string word in words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            ignored |= Scopes.TryGetValue(word, out ComparisonScope scope)
                ? scope
                : throw new ToolException($"'{word}' cannot be ignored; known: {string.Join(", ", Scopes.Keys)}");
        return ignored;
    }
}
