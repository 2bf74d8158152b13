using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>
/// What every catalog does, whatever engine it stands on. An implementation says how to open an empty one and how to open it again.
/// </summary>
public abstract partial class CatalogContract : IDisposable
{
    private ICatalog? _catalog;

    protected ICatalog Catalog => _catalog ??= OpenNew();

    /// <summary>An empty catalog of its own.</summary>
    protected abstract ICatalog OpenNew();

    /// <summary>The catalog of <see cref="Catalog"/> after its process has ended.</summary>
    protected abstract ICatalog OpenAgain(ICatalog closed);

    public virtual void Dispose()
    {
        _catalog?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected void Restart() => _catalog = OpenAgain(Catalog);

    /// <summary>A job with its session opened, on a labelled volume.</summary>
    private SessionLabel Begin(NewJob? job = null, JobLevel? level = null, JobId? reference = null, VolumeIdentity? volume = null)
    {
        job ??= Job();
        Catalog.Clients.RecordFileSet(FileSetVersion(job.FileSetHash));
        JobId id = Catalog.Jobs.Create(job);
        SessionLabel label = Label(id, level ?? job.LevelAsked, reference, job);
        Catalog.Volumes.Record(volume ?? Volume("V1"));
        Catalog.Sessions.Open(label);
        return label;
    }

    /// <summary>A whole job: session, one commit point, end.</summary>
    private JobId Run(NewJob? job = null, JobLevel? level = null, JobId? reference = null, JobState state = JobState.Ok)
    {
        SessionLabel label = Begin(job, level, reference);
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, new StreamPosition(5, 2), Node("root", label.Session)));
        Catalog.Sessions.End(End(label, new StreamPosition(5, 2), null, new SessionNeed(label.Session, 5, 900, 1)));
        Catalog.Jobs.End(label.Job, Ended(state));
        return label.Job;
    }

    protected static void Refused(Action action, params string[] words)
    {
        CatalogException e = Assert.Throws<CatalogException>(action);
        Assert.Equal(CatalogFault.Refused, e.Fault);
        Assert.DoesNotContain('\n', e.Message);
        foreach (string word in words) Assert.Contains(word, e.Message, StringComparison.OrdinalIgnoreCase);
    }
}
