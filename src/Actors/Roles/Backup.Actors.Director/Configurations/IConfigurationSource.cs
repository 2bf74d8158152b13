using Backup.Configuration;
using Backup.Configuration.Versions;

namespace Backup.Actors.Director.Configurations;

/// <summary>
/// The node's files as the way that a configuration comes in. All members may wait for a disk; called on threads that may wait.
/// </summary>
public interface IConfigurationSource
{
    /// <summary>What the process was started with: its own Node resource and its storages' folders stay as they are there.</summary>
    BackupConfiguration Started { get; }

    /// <summary>
    /// The digest of the files that this node brought in last; null where it never did. Kept in its data directory.
    /// </summary>
    string? Imported { get; set; }

    /// <summary>Reads the files anew. Throws <see cref="ConfigurationSourceException"/> where one cannot be read.</summary>
    (ConfigurationBundle Bundle, ConfigurationResult Result) Read();

    /// <summary>A variable of the process's environment; null where it is not set.</summary>
    string? Environment(string name);
}

/// <summary>A file that cannot be read; the message is the one line for the user.</summary>
public sealed class ConfigurationSourceException(string message) : Exception(message);
