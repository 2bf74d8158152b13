using Backup.Messages.Drives;
using Backup.Messages.Storages;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Drives;

/// <summary>
/// The drives of a library. A cartridge stays in its drive until another is wanted there; it goes back to the slot it came from, or to the
/// first empty one. Volumes are named by the bar codes. One move at a time; the cartridges are counted at the start and after each move.
/// </summary>
public sealed class LibraryDrives : IDriveSource
{
    private readonly IChanger _changer;
    private readonly Func<int, IDrive> _drive;
    private readonly Lock _moves = new();
    private volatile ChangerInventory _inventory;

    /// <summary>
    /// Drives are made by their number, from 0, and take such blocks (null: any). An <see cref="IOException"/> says that the changer does
    /// not answer.
    /// </summary>
    public LibraryDrives(IChanger changer, Func<int, IDrive> drive, BlockSizeRange? blocks = null)
    {
        ArgumentNullException.ThrowIfNull(changer);
        (_changer, _drive, BlockSizes) = (changer, drive, blocks ?? BlockSizeRange.Any);
        _inventory = Count();
    }

    public int Drives => _inventory.Drives.Count;

    public IReadOnlyList<string> Media =>
        [.. _inventory.Drives.Concat(_inventory.Slots).Select(element => element.BarCode).Where(code => code is { Length: > 0 })
            .OfType<string>().Order(StringComparer.Ordinal)];

    public IReadOnlyList<SlotStatus> Slots =>
        [.. _inventory.Slots.Select(slot => new SlotStatus(slot.Number, slot.BarCode, slot.Kind == ElementKind.MailSlot))];

    public BlockSizeRange BlockSizes { get; }

    public string? MediumIn(int drive) => _inventory.Drives[drive].BarCode;

    public IDrive Open(int drive, string medium, long capacityBytes)
    {
        lock (_moves)
        {
            try
            {
                Bring(drive, medium);
            }
            finally
            {
                _inventory = Count();
            }
        }
        return _drive(drive); // the cartridge has its own capacity
    }

    public void Dispose() => _changer.Dispose();

    private void Bring(int drive, string medium)
    {
        ChangerInventory now = _inventory = Count();
        ChangerElement place = now.Find(medium)
            ?? throw new VolumeException($"volume {medium} is not in {_changer.Name}; put its cartridge in");
        if (place.Kind == ElementKind.Drive && place.Number == drive) return;
        if (place.Kind == ElementKind.Drive) place = TakeOut(place, now);
        now = _inventory;
        if (now.Drives[drive] is { IsFull: true } full)
            Must(_changer.Unload(drive, HomeOf(full, now)), $"cartridge {full.BarCode} cannot be taken out of drive {drive}");
        Must(_changer.Load(place.Number, drive), $"cartridge {medium} cannot be put into drive {drive}");
    }

    /// <summary>Its cartridge is wanted in another drive; nobody else has it, for a medium is leased with its drive.</summary>
    private ChangerElement TakeOut(ChangerElement drive, ChangerInventory now)
    {
        Must(_changer.Unload(drive.Number, HomeOf(drive, now)),
            $"cartridge {drive.BarCode} cannot be taken out of drive {drive.Number}");
        return (_inventory = Count()).Find(drive.BarCode!)
            ?? throw new VolumeException($"volume {drive.BarCode} is not in {_changer.Name} any more; put its cartridge in");
    }

    private int HomeOf(ChangerElement full, ChangerInventory now)
    {
        ChangerElement? home = now.Slots.FirstOrDefault(slot => slot.Number == full.HomeSlot && !slot.IsFull)
            ?? now.Slots.FirstOrDefault(slot => slot is { Kind: ElementKind.Slot, IsFull: false });
        return home?.Number ?? throw new VolumeException(
            $"no slot of {_changer.Name} is empty for cartridge {full.BarCode} in drive {full.Number}; take one out");
    }

    private void Must(MoveAnswer answer, string what)
    {
        if (!answer.Moved) throw new DriveUnavailableException($"{_changer.Name}: {what}: {answer.Reason}");
    }

    private ChangerInventory Count()
    {
        InventoryAnswer answer = _changer.Inventory();
        return answer.Inventory ?? throw new DriveUnavailableException($"{_changer.Name} does not say what it has: {answer.Reason}");
    }
}
