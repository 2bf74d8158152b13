using Backup.Catalog.Clients;
using Backup.Catalog.Configurations;
using Backup.Catalog.Counters;
using Backup.Catalog.Epochs;
using Backup.Catalog.Jobs;
using Backup.Catalog.Log;
using Backup.Catalog.Sessions;
using Backup.Catalog.Trees;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;

namespace Backup.Catalog;

/// <summary>
/// What the installation knows of its jobs, volumes and trees, a room for each. All verbs are synchronous, each is one transaction, and any
/// thread may call them; every failure is a <see cref="CatalogException"/> that names the operation and the job.
/// </summary>
public interface ICatalog : IDisposable
{
    IJobCatalog Jobs { get; }
    ISessionCatalog Sessions { get; }
    ITreeCatalog Trees { get; }
    IVolumeCatalog Volumes { get; }
    IClientCatalog Clients { get; }
    ILogCatalog Log { get; }
    IEpochCatalog Epochs { get; }
    IConfigurationCatalog Configurations { get; }
    ICounterCatalog Counters { get; }

    /// <summary>
    /// The same catalog for the director of one epoch: every write makes sure, in its own transaction, that this epoch is still the present
    /// one; a write for another is refused as <see cref="CatalogFault.Superseded"/>. Disposing it leaves the catalog open.
    /// </summary>
    ICatalog Fenced(long epoch);

    /// <summary>The installation whose catalog this is; null until the first <see cref="SetInstallation"/> or session.</summary>
    InstallationId? Installation { get; }

    /// <summary>Says whose catalog this is. A catalog never changes hands: another id than the one it has is refused.</summary>
    void SetInstallation(InstallationId installation);

    /// <summary>Reads the whole catalog and names what is damaged, one line each (at most ten); empty where all is well.</summary>
    IReadOnlyList<string> Check();

    /// <summary>
    /// Everything that can be rebuilt from volumes as ordered, neutral text: catalogs that know the same have the same text, whatever their
    /// surrogate ids and engine (docs/formats/catalog.md says what is left out).
    /// </summary>
    void Dump(TextWriter to);
}
