using Backup.Catalog;
using Backup.Catalog.Configurations;
using Backup.Configuration;
using Backup.Configuration.Versions;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Configurations;

/// <summary>What a director that starts decides by, and a line for its log.</summary>
public sealed record StartedConfiguration(ConfigurationInForce InForce, string Line);

/// <summary>
/// Which configuration a director starts with: its files where they have changed since this node brought them in, and else the version in
/// force in the catalog, whatever the files say.
/// </summary>
public static class ConfigurationStart
{
    /// <summary>
    /// Throws <see cref="ConfigurationSourceException"/> where the files have a mistake, or where the version in force has one by now.
    /// </summary>
    public static StartedConfiguration Choose(ICatalog catalog, IConfigurationSource source, string node, Instant now)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(source);
        (ConfigurationBundle bundle, ConfigurationResult result) = source.Read();
        BackupConfiguration files = result.Model ?? throw new ConfigurationSourceException(string.Join('\n', result.Mistakes));
        string digest = bundle.Digest;
        ConfigurationVersion? current = catalog.Configurations.Current;
        bool known = source.Imported == digest || (StoredConfigurations.Newest(catalog)?.Says(bundle) ?? false);
        bool changed = source.Imported is not null && !known;
        if (current is null || changed)
        {
            long version = StoredConfigurations.Add(catalog, bundle,
                new ConfigurationOrigin($"node {node}", now, current is null ? "first start" : "files had changed at start"));
            source.Imported = digest;
            return new StartedConfiguration(new ConfigurationInForce(version, files), $"configuration {version} in force, from the files");
        }
        if (known) source.Imported = digest;
        ConfigurationResult stored = StoredConfigurations.Load(current, source);
        BackupConfiguration model = stored.Model ?? throw new ConfigurationSourceException(
            $"configuration {current.Row.Version}, in force in the catalog, has mistakes by now: {stored.Mistakes[0]}; "
            + "change the files, which takes them anew, and start again");
        string differs = StoredConfigurations.BundleOf(current).Says(bundle) ? ""
            : "; the files say something else, which 'backup reload' would take";
        return new StartedConfiguration(new ConfigurationInForce(current.Row.Version, model),
            $"configuration {current.Row.Version} in force, from the catalog{differs}");
    }
}
