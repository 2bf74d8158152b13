using Backup.Catalog;

namespace Backup.Actors.Director.Catalogs;

/// <summary>
/// The actors' way to the catalog, whose verbs are synchronous: work runs on a few threads of its own, so that no actor's thread waits
/// for a disk. Results come back as tasks, to be piped to the asking actor. Calls may overtake each other. Thread safe.
/// </summary>
public sealed class CatalogGate(ICatalog catalog, Action<string>? superseded = null)
{
    /// <summary>Catalog calls at the same time; further ones queue.</summary>
    private const int ConcurrentMax = 4;

    private readonly TaskFactory _factory = new(
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach,
        TaskContinuationOptions.DenyChildAttach,
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, ConcurrentMax).ConcurrentScheduler);

    /// <summary>For engines that have threads of their own.</summary>
    public ICatalog Catalog { get; } = catalog;

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
            superseded?.Invoke(e.Message);
            throw;
        }
    }

    private static Func<ICatalog, bool> Answering(Action<ICatalog> call) => catalog =>
    {
        call(catalog);
        return true;
    };
}
