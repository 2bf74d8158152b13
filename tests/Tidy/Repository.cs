namespace Backup.Tests.Tidy;

/// <summary>The files of the working tree, without what builds and runs leave behind. Paths are relative to the root, with '/'.</summary>
internal static class Repository
{
    private static readonly string[] LeftBehind = ["bin", "obj", "var", "TestResults", ".git", ".vs"];
    private static readonly Lazy<string[]> All = new(() => [.. Walk(Root!, "").Order(StringComparer.Ordinal)]);
    private static readonly Lazy<CSharpSource[]> Sources = new(() =>
        [.. All.Value.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).Select(file => new CSharpSource(file, Read(file)))]);

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files => All.Value;

    /// <summary>Every C# file below the folder, lexed once for all rules.</summary>
    public static IEnumerable<CSharpSource> CSharp(string below) =>
        Sources.Value.Where(source => source.Path.StartsWith(below, StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string file) => Path.Exists(Path.Combine(Root, file));

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Backup.Actors.sln"))) return folder;
        }
        throw new InvalidOperationException("the tests run outside the repository: no Backup.Actors.sln above them");
    }

    private static IEnumerable<string> Walk(string folder, string prefix)
    {
        foreach (string file in Directory.EnumerateFiles(folder)) yield return prefix + Path.GetFileName(file);
        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(child);
            if (LeftBehind.Contains(name)) continue;
            foreach (string file in Walk(child, prefix + name + "/")) yield return file;
        }
    }
}
