using Backup.Actors.Director.Configurations;
using Backup.Configuration;
using Backup.Configuration.Versions;

namespace Backup.Node.Configurations;

/// <summary>
/// The configuration files of this process, read as often as asked. Names are absolute, so that a mistake found by a later reload names the
/// same place wherever it is read. Thread safe as far as the files are.
/// </summary>
internal sealed class ConfigurationFiles(IReadOnlyList<string> files)
{
    public (ConfigurationBundle Bundle, ConfigurationResult Result) Read()
    {
        ConfigurationText[] given = [.. files.Select(file => new ConfigurationText(file, ReadText(file)))];
        return ConfigurationBundle.Read(given, TryReadText, Environment.GetEnvironmentVariable);
    }

    /// <summary>The model; its mistakes are a refusal, one line each.</summary>
    public BackupConfiguration Load()
    {
        try
        {
            (_, ConfigurationResult result) = Read();
            return result.Model ?? throw new NodeRefusedException(string.Join('\n', result.Mistakes));
        }
        catch (ConfigurationSourceException e)
        {
            throw new NodeRefusedException(e.Message);
        }
    }

    private static string ReadText(string file) => TryReadText(file)
        ?? throw new ConfigurationSourceException($"configuration file {file} cannot be read; check its path and rights");

    private static string? TryReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>The same as the director's way to its configuration, with the mark of what was brought in last.</summary>
internal sealed class DirectorFiles(ConfigurationFiles files, BackupConfiguration started, string markFile) : IConfigurationSource
{
    public BackupConfiguration Started { get; } = started;

    public string? Imported
    {
        get => File.Exists(markFile) ? File.ReadAllText(markFile).Trim() : null;
        set
        {
            // Written beside and renamed: a torn mark would be taken for files that have changed.
            File.WriteAllText(markFile + ".new", value + "\n");
            File.Move(markFile + ".new", markFile, overwrite: true);
        }
    }

    public (ConfigurationBundle Bundle, ConfigurationResult Result) Read() => files.Read();

    public string? Environment(string name) => System.Environment.GetEnvironmentVariable(name);
}
