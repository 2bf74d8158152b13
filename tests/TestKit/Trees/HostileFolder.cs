using Backup.TestKit.Processes;

namespace Backup.TestKit.Trees;

/// <summary>
/// A folder with a tree of everything that a backup must bring back and most programs forget (tests/tools/hostile-tree says what),
/// as far as user and file system allow: <see cref="LeftOut"/> names the rest. Removed on Dispose, however deep.
/// </summary>
public sealed class HostileFolder : IDisposable
{
    private static readonly string Tool = BuiltPrograms.Script("tests/tools/hostile-tree");
    private static readonly string Comparer = BuiltPrograms.Script("tests/tools/compare-trees");

    private HostileFolder(string path, IReadOnlyList<string> leftOut) => (Folder, LeftOut) = (path, leftOut);

    public string Folder { get; }

    /// <summary>What could not be made here, with the system's reason, one each.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Makes the tree in a folder that is not there yet.</summary>
    /// <param name="folder">where; its parent exists.</param>
    /// <param name="entriesOfOneDirectory">size of a directory of many entries; 0 leaves it out.</param>
    /// <param name="huge">a sparse file of 6 GiB too, a quarter of a minute to compare.</param>
    /// <param name="shallow">no path deeper than PATH_MAX: <see cref="CopyTo"/> cannot take one.</param>
    public static HostileFolder Make(string folder, int entriesOfOneDirectory = 0, bool huge = false, bool shallow = false)
    {
        string[] words =
        [
            "make", folder, "--many", $"{entriesOfOneDirectory}",
            .. huge ? ["--huge"] : Array.Empty<string>(),
            .. shallow ? ["--shallow"] : Array.Empty<string>(),
        ];
        ProgramRun made = ProgramRun.Of(Tool, words).EndsWith(0);
        return new(folder, made.Output.Length == 0 ? [] : made.Lines);
    }

    /// <summary>What happens to the tree between two backups; steps 1 to 4, in order.</summary>
    public void Change(int step) => ProgramRun.Of(Tool, ["change", Folder, $"{step}"]).EndsWith(0);

    /// <summary>A copy with all its attributes and links, made by the system's cp.</summary>
    public HostileFolder CopyTo(string folder)
    {
        ProgramRun.Of("/bin/cp", ["-a", "--sparse=auto", Folder, folder]).EndsWith(0);
        return new(folder, LeftOut);
    }

    /// <summary>Fails with the differences of two folders, as the independent judge tests/tools/compare-trees sees them.</summary>
    public static void AreEqual(string source, string restored, params string[] ignored) =>
        Compare(source, restored, ignored).EndsWith(0);

    /// <summary>The same as a run: status 0 where they are equal, else 1 and the differences, one a line.</summary>
    public static ProgramRun Compare(string source, string restored, params string[] ignored) =>
        ProgramRun.Of(Comparer, ignored.Length == 0 ? [source, restored] : [source, restored, "--ignore", string.Join(',', ignored)]);

    /// <summary>Removes a folder whatever is in it; nothing happens where there is none.</summary>
    public static void Remove(string folder) => ProgramRun.Of(Tool, ["remove", folder]).EndsWith(0);

    public void Dispose() => Remove(Folder);
}
