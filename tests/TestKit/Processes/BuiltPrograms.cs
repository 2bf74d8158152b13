namespace Backup.TestKit.Processes;

/// <summary>Where the programs under test are: what the build of this configuration made, or the folder of BACKUP_PROGRAMS.</summary>
public static class BuiltPrograms
{
    private const string Published = "BACKUP_PROGRAMS";

    /// <summary>The working tree that the tests were built from.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Node => Of("Backup.Node", "backup-node");

    public static string Console => Of("Backup.Console", "backup");

    public static string VolumeTool => Of("Backup.VolumeTool", "backup-volume");

    /// <summary>A script of the working tree, as tests/tools/compare-trees.</summary>
    public static string Script(string path) => Path.Combine(Repository, path);

    private static string Of(string project, string program)
    {
        if (Environment.GetEnvironmentVariable(Published) is { Length: > 0 } folder) return Path.Combine(folder, program);
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(Repository, "src/Hosts", project, "bin", framework.Parent!.Name, framework.Name, program);
    }

    private static string FindRepository()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Backup.Actors.sln"))) return folder;
        }
        throw new InvalidOperationException("the tests run outside the repository: no Backup.Actors.sln above them");
    }
}
