namespace Backup.Actors.Director.Configurations;

/// <summary>API → director: read the files anew. Answered by an <see cref="IConfigurationAnswer"/>.</summary>
public sealed record ReloadWanted(string User, string Comment);

/// <summary>API → director: put an earlier version in force again. Answered by an <see cref="IConfigurationAnswer"/>.</summary>
public sealed record RollbackWanted(long Version, string User, string Comment);

/// <summary>How a change of the configuration went.</summary>
public interface IConfigurationAnswer;

/// <summary>
/// This version is in force now. Changes are lines for a reader, one a difference; Restart names what waits for the node's next start.
/// </summary>
public sealed record ConfigurationTaken(long Version, IReadOnlyList<string> Changes, IReadOnlyList<string> Restart) : IConfigurationAnswer;

/// <summary>The files say what is in force already.</summary>
public sealed record ConfigurationUnchanged(long Version) : IConfigurationAnswer;

/// <summary>Nothing was changed; a line for each thing that is wrong.</summary>
public sealed record ConfigurationRefused(IReadOnlyList<string> Reasons) : IConfigurationAnswer;
