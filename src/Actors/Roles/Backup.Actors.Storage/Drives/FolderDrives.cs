using Backup.Messages.Drives;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Drives;

/// <summary>Disk volumes: a drive for whoever asks, made for a capacity (0: no limit of its own). Thread safe where the maker is.</summary>
public sealed class FolderDrives(Func<long, IDrive> make) : IDriveSource
{
    public int Drives => 0;
    public IReadOnlyList<string>? Media => null;
    public IReadOnlyList<SlotStatus> Slots => [];
    public BlockSizeRange BlockSizes => BlockSizeRange.Any;
    public string? MediumIn(int drive) => null;
    public IDrive Open(int drive, string medium, long capacityBytes) => make(capacityBytes);

    public void Dispose()
    {
    }
}
