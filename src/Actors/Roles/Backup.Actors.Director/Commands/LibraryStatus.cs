using Backup.Commands;
using Backup.Messages.Storages;

namespace Backup.Actors.Director.Commands;

/// <summary>The drives of libraries, who waits for a drive or a volume, and, where all is asked for, what is in which slot.</summary>
internal static class LibraryStatus
{
    public static IEnumerable<ApiEvent> Of(IReadOnlyList<StorageStatus> storages, bool isFull)
    {
        IReadOnlyList<StorageStatus> libraries = [.. storages.Where(storage => storage.Drives is { Count: > 0 })];
        if (libraries.Count > 0)
        {
            yield return ColumnsEvent.Of(CommandId.StatusStorage, "Drives");
            foreach (StorageStatus library in libraries)
                foreach (DriveUse drive in library.Drives!)
                    yield return RowEvent.Of(("storage", library.Name), ("drive", drive.Drive), ("volume", drive.Volume),
                        ("use", drive.Use ?? "free"), ("since", drive.Since), ("read", drive.IsNotRead ? "no" : "yes"),
                        ("write", drive.IsNotWritten ? "no" : "yes"), ("blocks", drive.Blocks));
        }
        if (storages.Any(storage => storage.MediumWaits is { Count: > 0 }))
        {
            yield return ColumnsEvent.Of(CommandId.StatusStorage, "Waiting");
            foreach (StorageStatus storage in storages)
                foreach (MediumWait wait in storage.MediumWaits ?? [])
                    yield return RowEvent.Of(("storage", storage.Name), ("jobid", wait.Job.Value), ("volume", wait.Volume),
                        ("to", wait.Writes ? "write" : "read"), ("reason", wait.Reason), ("since", wait.Since), ("until", wait.Until));
        }
        if (!isFull || libraries.Count == 0) yield break;
        yield return ColumnsEvent.Of(CommandId.StatusStorage, "Slots");
        foreach (StorageStatus library in libraries)
            foreach (SlotStatus slot in library.Slots ?? [])
                yield return RowEvent.Of(("storage", library.Name), ("slot", slot.Slot), ("kind", slot.IsMail ? "mail" : "slot"),
                    ("volume", slot.Volume));
    }
}
