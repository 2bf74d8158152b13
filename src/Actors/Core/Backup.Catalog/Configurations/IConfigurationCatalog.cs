using Backup.Messages.Values;

namespace Backup.Catalog.Configurations;

/// <summary>One file of a configuration: its name as it was read, and its text.</summary>
public sealed record ConfigurationFile(string Name, string Text);

/// <summary>A configuration as it was read: all its files in the order of reading, and who brought it, when and why.</summary>
public sealed record NewConfiguration(IReadOnlyList<ConfigurationFile> Texts, string User, Instant At, string Comment = "");

/// <summary>One version, without its texts. Versions are counted upwards and never change.</summary>
public sealed record ConfigurationRow(long Version, string User, Instant Added, string Comment, bool InForce);

/// <summary>One version with its texts.</summary>
public sealed record ConfigurationVersion(ConfigurationRow Row, IReadOnlyList<ConfigurationFile> Texts);

/// <summary>What can happen to a version.</summary>
public enum ConfigurationDeedKind
{
    Added,
    PutInForce,
}

/// <summary>What was done with a version, by whom, when and why. Deeds are only ever added.</summary>
public sealed record ConfigurationDeed(long Version, ConfigurationDeedKind Kind, string User, Instant At, string Comment);

/// <summary>Versions of the configuration, the one in force, and the history of both. Kept here alone: volumes do not have it.</summary>
public interface IConfigurationCatalog
{
    /// <summary>The version in force; null until the first was put in force.</summary>
    ConfigurationVersion? Current { get; }

    /// <summary>
    /// Adds a version and, unless told not to, puts it in force in the same transaction. Returns its number. More than
    /// <see cref="ConfigurationLimits.TextBytesMax"/> of text is refused.
    /// </summary>
    long Append(NewConfiguration configuration, bool putInForce = true);

    /// <summary>Puts an earlier version in force. One that is not there is refused; the one in force already changes nothing.</summary>
    void SetInForce(long version, string user, Instant at, string comment = "");

    ConfigurationVersion? Find(long version);

    /// <summary>Versions newest first.</summary>
    IReadOnlyList<ConfigurationRow> List(int limit);

    /// <summary>What was done, newest first.</summary>
    IReadOnlyList<ConfigurationDeed> History(int limit);
}

/// <summary>Bounds of a configuration in the catalog.</summary>
public static class ConfigurationLimits
{
    /// <summary>The most bytes of UTF-8 that all texts of one version may have together.</summary>
    public const int TextBytesMax = 16 << 20;
}
