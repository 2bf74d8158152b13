using Backup.Messages.Ids;

namespace Backup.Catalog.Volumes;

/// <summary>Volumes and pools.</summary>
public interface IVolumeCatalog
{
    /// <summary>Writes down a label. A known life changes nothing; a new life of a known name makes the earlier one Recycled.</summary>
    void Record(VolumeIdentity volume);

    /// <summary>Changes the named fields of one life of a volume, and nothing else.</summary>
    void Update(VolumeLifeId life, VolumeChange change);

    /// <summary>The present life of a volume.</summary>
    VolumeRow? Find(string name);

    VolumeRow? Find(VolumeLifeId life);

    /// <summary>Volumes by name.</summary>
    IReadOnlyList<VolumeRow> List(VolumeFilter filter);

    /// <summary>Makes sure a pool is known by name.</summary>
    void RecordPool(string name);

    IReadOnlyList<PoolRow> Pools();
}
