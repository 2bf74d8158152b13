using Backup.Configuration;
using Backup.Configuration.Resources;

namespace Backup.Actors.Director.Configurations;

/// <summary>The configuration under its number in the catalog; number 0 where no catalog keeps it.</summary>
public sealed record ConfigurationInForce(long Version, BackupConfiguration Model);

/// <summary>Published on the event stream when another version came into force; the live configuration has it already.</summary>
public sealed record ConfigurationChanged(long Version);

/// <summary>
/// The configuration that the director decides by. One writer puts a new one in its place; whoever decides takes one snapshot and
/// decides all of it by that. Thread safe.
/// </summary>
public sealed class LiveConfiguration
{
    private volatile ConfigurationInForce _inForce;
    private volatile IReadOnlyDictionary<string, PoolResource> _pools;
    private volatile IReadOnlyDictionary<string, StorageResource> _storages;

    public LiveConfiguration(ConfigurationInForce first)
    {
        ArgumentNullException.ThrowIfNull(first);
        _inForce = first;
        _pools = first.Model.Pools;
        _storages = first.Model.Storages;
    }

    /// <summary>A configuration that no catalog keeps.</summary>
    public LiveConfiguration(BackupConfiguration model) : this(new ConfigurationInForce(0, model))
    {
    }

    public ConfigurationInForce InForce => _inForce;

    /// <summary>A job of an earlier version goes on with its pool: as it is now, or as it was before it was removed.</summary>
    public PoolResource? FindPool(string name) => _pools.GetValueOrDefault(name);

    /// <summary>As <see cref="FindPool"/>.</summary>
    public StorageResource? FindStorage(string name) => _storages.GetValueOrDefault(name);

    /// <summary>Puts another version in force. One caller at a time.</summary>
    public void Replace(ConfigurationInForce next)
    {
        ArgumentNullException.ThrowIfNull(next);
        _pools = WithRemoved(_pools, next.Model.Pools);
        _storages = WithRemoved(_storages, next.Model.Storages);
        _inForce = next;
    }

    private static Dictionary<string, T> WithRemoved<T>(IReadOnlyDictionary<string, T> known, IReadOnlyDictionary<string, T> now)
    {
        var all = new Dictionary<string, T>(now, StringComparer.Ordinal);
        foreach ((string name, T resource) in known) all.TryAdd(name, resource);
        return all;
    }
}
