namespace Backup.Node.Configurations;

/// <summary>Which files are read: those given, else the one the environment names, else the documented place.</summary>
internal static class ConfigurationPath
{
    /// <summary>Environment variable that names the configuration file.</summary>
    public const string Variable = "BACKUP_CONFIG";

    /// <summary>Where the file is when nobody says.</summary>
    public const string Default = "/etc/backup/backup.conf";

    public static IReadOnlyList<string> Of(IReadOnlyList<string>? given) =>
        given is { Count: > 0 } ? given
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? [named]
        : [Default];
}
