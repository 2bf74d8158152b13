using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Import;

/// <summary>What an import brought in, for the operator.</summary>
public sealed record ImportSummary(int Volumes, int Sessions, int Ended, long CommitPoints, long NodesNew);

/// <summary>
/// Rebuilds a catalog from what a scan of volumes yields. Volumes may come in any order and any number of times; within one volume
/// the facts come as they lie on it. What is there already stays. One thread.
/// </summary>
public sealed class CatalogImport(ICatalog catalog)
{
    private int _volumes;
    private int _sessions;
    private int _ended;
    private long _commitPoints;
    private long _nodesNew;

    public ImportSummary Summary => new(_volumes, _sessions, _ended, _commitPoints, _nodesNew);

    /// <summary>A volume's label; <paramref name="full"/> where its end of volume was found.</summary>
    public void AddVolume(VolumeIdentity volume, bool full)
    {
        catalog.Volumes.Record(volume);
        if (full) MarkFull(volume.Life);
        _volumes++;
    }

    /// <summary>The end of a volume was found. What an operator or a failure has made of it stays.</summary>
    public void MarkFull(VolumeLifeId life)
    {
        if (catalog.Volumes.Find(life) is { State: VolumeState.Append })
            catalog.Volumes.Update(life, new VolumeChange(VolumeState.Full));
    }

    /// <summary>
    /// The start of a session. May come after its commit points and end, when volumes are read in another order than written.
    /// </summary>
    public void AddSession(SessionLabel label)
    {
        catalog.Sessions.Open(label, Origin.Scan);
        _sessions++;
    }

    /// <summary>One commit point with its nodes and notes.</summary>
    public void AddCommit(SessionCommit commit)
    {
        CommitAnswer answer = catalog.Sessions.Commit(commit, Origin.Scan);
        if (answer.Applied) _commitPoints++;
        _nodesNew += answer.NodesNew;
    }

    /// <summary>The end of a session.</summary>
    public void AddEnd(SessionEnd end)
    {
        catalog.Sessions.End(end, Origin.Scan);
        _ended++;
    }
}
