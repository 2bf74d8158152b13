namespace Backup.Messages.Drives;

/// <summary>What kinds of places a library has.</summary>
public enum ElementKind
{
    Drive,
    Slot,

    /// <summary>A slot through which an operator puts cartridges in and takes them out.</summary>
    MailSlot,
}

/// <summary>
/// One place of a library. Drives count from 0; slots from 1, the mail slots follow the last slot. <paramref name="BarCode"/> is null
/// where the place is empty, and empty where a cartridge has no bar code that could be read. <paramref name="HomeSlot"/>: the slot from
/// which the cartridge in a drive was taken, 0 where it is not known.
/// </summary>
public sealed record ChangerElement(ElementKind Kind, int Number, string? BarCode, int HomeSlot = 0)
{
    public bool IsFull => BarCode is not null;
}

/// <summary>What is where: drives, then slots and mail slots, each in order.</summary>
public sealed record ChangerInventory(IReadOnlyList<ChangerElement> Drives, IReadOnlyList<ChangerElement> Slots)
{
    /// <summary>The place of the cartridge with that bar code, or null.</summary>
    public ChangerElement? Find(string barCode) => Drives.Concat(Slots).FirstOrDefault(element => element.BarCode == barCode);
}

/// <summary>An inventory, or why there is none, in words.</summary>
public sealed record InventoryAnswer(ChangerInventory? Inventory, string? Reason = null);

/// <summary>
/// The robot of a library: moves cartridges between slots and drives, and knows them by their bar codes. Each move is synchronous and
/// happens wholly or not at all; after a refusal the inventory tells where everything is. Moves of several programs follow each other.
/// A drive lets go of its cartridge before it is taken (<see cref="IDrive.Unload"/>).
/// </summary>
public interface IChanger : IDisposable
{
    /// <summary>The library in words for messages.</summary>
    string Name { get; }

    InventoryAnswer Inventory();

    /// <summary>From a slot into an empty drive.</summary>
    MoveAnswer Load(int slot, int drive);

    /// <summary>From a drive into an empty slot.</summary>
    MoveAnswer Unload(int drive, int slot);

    /// <summary>From a slot into an empty one.</summary>
    MoveAnswer Transfer(int from, int to);
}
