using Backup.Catalog;

namespace Backup.Actors.Director.Catalogs;

/// <summary>
/// The actors' way to the catalog, whose verbs are synchronous: work runs on a few threads of its own, so that no actor's thread waits
/// for a disk. Results come back as tasks, to be piped to the asking actor. Calls may overtake each other. Thread safe.
/// </summary>
public sealed class CatalogGate(ICatalog catalog)
{
    /// <summary>Catalog calls at the same time; further ones queue.</summary>
    private const int ConcurrentMax = 4;

    private readonly TaskFactory _factory = new(
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach,
        TaskContinuationOptions.DenyChildAttach,
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, ConcurrentMax).ConcurrentScheduler);

    private volatile Present? _present;

    private sealed record Present(long Epoch, ICatalog Catalog);

    /// <summary>For engines that have threads of their own. From the beginning of a director on every write is fenced by its epoch.</summary>
    public ICatalog Catalog => _present?.Catalog ?? catalog;

    /// <summary>The epoch of the director that has begun here last; 0 before.</summary>
    public long Epoch => _present?.Epoch ?? 0;

    /// <summary>Called from any thread when a write was refused because a later director has begun: this one is to stop, and why.</summary>
    public Action<string>? Superseded { get; set; }

    /// <summary>A director begins: it takes the next epoch, and what an earlier one still writes is refused. Blocks.</summary>
    public ICatalog Begin()
    {
        long epoch = catalog.Epochs.Take();
        return (_present = new Present(epoch, catalog.Fenced(epoch))).Catalog;
    }

    /// <summary>
    /// Somebody has obeyed a later epoch than this director's. Where the catalog knows of no later one it was restored or rebuilt: this
    /// director begins anew above that epoch, and true is returned. Blocks.
    /// </summary>
    public bool BeginAbove(long seen)
    {
        if (catalog.Epochs.Current > Epoch) return false;
        catalog.Epochs.KeepAbove(seen);
        Begin();
        return true;
    }

    public Task<T> Run<T>(Func<ICatalog, T> call) => _factory.StartNew(() => Fenced(call));

    public Task Run(Action<ICatalog> call) => Run(Answering(call));

    /// <summary>Runs the call when the other one has ended, however it did.</summary>
    public Task RunAfter(Task other, Action<ICatalog> call) => other.ContinueWith(
        _ => Fenced(Answering(call)), CancellationToken.None, TaskContinuationOptions.DenyChildAttach, _factory.Scheduler!);

    /// <summary>A write of a director that another has followed changes nothing, and tells whoever has to stop it.</summary>
    private T Fenced<T>(Func<ICatalog, T> call)
    {
        try
        {
            return call(Catalog);
        }
        catch (CatalogException e) when (e.Fault == CatalogFault.Superseded)
        {
            Superseded?.Invoke(e.Message);
            throw;
        }
    }

    private static Func<ICatalog, bool> Answering(Action<ICatalog> call) => catalog =>
    {
        call(catalog);
        return true;
    };
}
