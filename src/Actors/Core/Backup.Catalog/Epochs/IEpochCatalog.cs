namespace Backup.Catalog.Epochs;

/// <summary>
/// Which director is the present one. Each takes an epoch when it begins and writes through <see cref="ICatalog.Fenced"/>: what an earlier
/// one still has on its way is refused.
/// </summary>
public interface IEpochCatalog
{
    /// <summary>The epoch taken last; 0 where none ever was.</summary>
    long Current { get; }

    /// <summary>
    /// A new epoch: one more than the last, and at least <paramref name="least"/>. Waits for writes of earlier epochs that are under way,
    /// and ends all later ones.
    /// </summary>
    long Take(long least = 0);

    /// <summary>
    /// From now on epochs are taken above this one. For a catalog that was rebuilt, by a host whose clock was wrong before:
    /// storages have seen epochs it does not know.
    /// </summary>
    void KeepAbove(long used);
}
