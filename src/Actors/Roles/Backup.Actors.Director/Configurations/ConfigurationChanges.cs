using Backup.Catalog;
using Backup.Catalog.Configurations;
using Backup.Configuration;
using Backup.Configuration.Versions;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Configurations;

/// <summary>A change that the catalog has, with the answer to whoever wanted it; InForce is null where nothing changed.</summary>
internal sealed record ConfigurationChange(ConfigurationInForce? InForce, IConfigurationAnswer Answer);

/// <summary>The steps of a change that wait for disks: read, check as a whole, and only then write. Runs on the catalog's gate.</summary>
internal sealed class ConfigurationChanges(DirectorParts parts)
{
    /// <summary>What the catalog has in force, where another director has changed it since this process read it.</summary>
    public ConfigurationChange Refresh(ICatalog catalog)
    {
        long known = parts.Live.InForce.Version;
        if (parts.Source is not { } source || catalog.Configurations.Current is not { } current || current.Row.Version == known)
            return new ConfigurationChange(null, new ConfigurationUnchanged(known));
        ConfigurationResult result = StoredConfigurations.Load(current, source);
        return result.Model is { } model
            ? Taken(current.Row.Version, model, [])
            : Refused([.. result.Mistakes.Select(mistake => mistake.ToString())]);
    }

    public ConfigurationChange Reload(ICatalog catalog, ReloadWanted wanted)
    {
        if (parts.Source is not { } source) return Refused("this director has no configuration files to read");
        (ConfigurationBundle bundle, ConfigurationResult result) = source.Read();
        if (result.Model is not { } model) return Refused([.. result.Mistakes.Select(mistake => mistake.ToString())]);
        if (!model.Nodes.ContainsKey(parts.NodeName))
            return Refused($"the files have no Node '{parts.NodeName}', which this process is; keep it, or stop the node");
        IReadOnlyList<string> restart = RestartNeeds.Of(source.Started, model, parts.NodeName);
        ConfigurationVersion? current = catalog.Configurations.Current;
        if (current is not null && StoredConfigurations.BundleOf(current).Says(bundle) && current.Row.Version == parts.Live.InForce.Version)
        {
            source.Imported = bundle.Digest;
            return new ConfigurationChange(null, new ConfigurationUnchanged(current.Row.Version));
        }
        long version = StoredConfigurations.Add(catalog, bundle, new ConfigurationOrigin(wanted.User, Now, wanted.Comment));
        source.Imported = bundle.Digest;
        return Taken(version, model, restart);
    }

    public ConfigurationChange Rollback(ICatalog catalog, RollbackWanted wanted)
    {
        if (parts.Source is not { } source) return Refused("this director keeps no versions of its configuration");
        if (catalog.Configurations.Find(wanted.Version) is not { } version)
            return Refused($"there is no configuration {wanted.Version}; see: configuration history");
        if (version.Row.InForce) return new ConfigurationChange(null, new ConfigurationUnchanged(wanted.Version));
        ConfigurationResult result = StoredConfigurations.Load(version, source);
        if (result.Model is not { } model) return Refused([.. result.Mistakes.Select(mistake => mistake.ToString())]);
        catalog.Configurations.SetInForce(wanted.Version, wanted.User, Now, wanted.Comment);
        return Taken(wanted.Version, model, []);
    }

    private Instant Now => Instant.Now(parts.Clock);

    private ConfigurationChange Taken(long version, BackupConfiguration model, IReadOnlyList<string> restart) => new(
        new ConfigurationInForce(version, model),
        new ConfigurationTaken(
            version, [.. ConfigurationDiff.Between(parts.Configuration, model).Select(change => change.ToString())], restart));

    private static ConfigurationChange Refused(params IReadOnlyList<string> reasons) => new(null, new ConfigurationRefused(reasons));
}
