using System.Security.Cryptography;
using System.Text;
using Backup.Messages.Values;

namespace Backup.Messages.Clients;

/// <summary>
/// A FileSet as canonical text, one setting a line, for the label of a session, and the hash of that text: two FileSets with the same hash
/// save the same. The name is not part of it; roots are in their normal form, sorted, each once.
/// </summary>
public static class FileSetText
{
    public static string Of(FileSet fileSet)
    {
        ArgumentNullException.ThrowIfNull(fileSet);
        var text = new StringBuilder();
        Lines(text, "root", [.. fileSet.Roots.Select(NormalRoot)]);
        foreach (SelectionRule rule in fileSet.Rules) Line(text, $"{(rule.Include ? "include" : "exclude")} {rule.Kind}", rule.Pattern);
        Line(text, "one file system", fileSet.OneFileSystem);
        Lines(text, "only file system", fileSet.OnlyFileSystemTypes);
        Lines(text, "except file system", fileSet.ExceptFileSystemTypes);
        Line(text, "honour nodump", fileSet.HonourNoDump);
        Line(text, "honour cachedir tag", fileSet.HonourCacheDirTag);
        Lines(text, "exclude directories containing", fileSet.ExcludeDirectoriesContaining);
        Line(text, "allow empty roots", fileSet.AllowEmptyRoots);
        Line(text, "compression", fileSet.Compression == CompressionKind.None ? "None"
            : $"{fileSet.Compression} {fileSet.CompressionLevel}");
        return text.ToString();
    }

    public static Hash256 HashOf(FileSet fileSet) => Hash256.Read(SHA256.HashData(Encoding.UTF8.GetBytes(Of(fileSet))));

    private static string NormalRoot(string root) => ByteText.Show(BytePath.Normalize(ByteText.Parse(root)));

    private static void Lines(StringBuilder text, string name, IReadOnlyList<string>? values)
    {
        foreach (string value in (values ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) Line(text, name, value);
    }

    private static void Line(StringBuilder text, string name, bool value) => Line(text, name, value ? "yes" : "no");

    /// <summary>A line break in a value would make two settings of one.</summary>
    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(name).Append(": ").Append(value.Replace("\r", "\\x0d", StringComparison.Ordinal).Replace("\n", "\\x0a",
            StringComparison.Ordinal)).Append('\n');
}
