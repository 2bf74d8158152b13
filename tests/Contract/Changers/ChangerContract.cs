using Backup.Messages.Drives;

namespace Backup.Tests.Contract.Changers;

/// <summary>What every changer does. The library: two drives, slots 1 to 4 with a cartridge each, an empty mail slot 5.</summary>
public abstract class ChangerContract : IDisposable
{
    /// <summary>A changer over the test's one library; the library outlives it.</summary>
    protected abstract IChanger NewChanger();

    [Fact]
    [Trait("Req", "CHG-03")]
    public void The_inventory_has_every_place_in_order_with_its_bar_code()
    {
        using IChanger changer = NewChanger();
        ChangerInventory inventory = Inventory(changer);
        Assert.Equal([0, 1], inventory.Drives.Select(drive => drive.Number));
        Assert.All(inventory.Drives, drive => Assert.False(drive.IsFull));
        Assert.Equal([1, 2, 3, 4, 5], inventory.Slots.Select(slot => slot.Number));
        Assert.Equal(ElementKind.MailSlot, inventory.Slots[4].Kind);
        Assert.False(inventory.Slots[4].IsFull);
        Assert.Equal(4, inventory.Slots.Select(slot => slot.BarCode).OfType<string>().Distinct().Count());
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void Each_move_is_what_the_next_inventory_shows_also_to_another_program()
    {
        using IChanger changer = NewChanger();
        string code = Inventory(changer).Slots[1].BarCode!;
        Assert.True(changer.Load(2, 1).Moved);
        Assert.Equal(new ChangerElement(ElementKind.Drive, 1, code, 2), Inventory(changer).Find(code));
        using IChanger other = NewChanger();
        Assert.Equal(new ChangerElement(ElementKind.Drive, 1, code, 2), Inventory(other).Find(code));
        Assert.True(other.Unload(1, 5).Moved);
        Assert.Equal(new ChangerElement(ElementKind.MailSlot, 5, code), Inventory(changer).Find(code));
        Assert.True(changer.Transfer(5, 2).Moved);
        Assert.Equal(new ChangerElement(ElementKind.Slot, 2, code), Inventory(changer).Find(code));
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void Empty_sources_and_full_destinations_are_refused_in_the_words_of_mtx_and_move_nothing()
    {
        using IChanger changer = NewChanger();
        Assert.True(changer.Load(1, 0).Moved);
        string[] before = Places(changer);
        AssertRefused(changer.Load(2, 0), "Drive 0 Full (Storage Element 1 loaded)");
        AssertRefused(changer.Load(1, 1), "Storage Element 1 is Empty");
        AssertRefused(changer.Unload(0, 2), "Storage Element 2 is Already Full");
        AssertRefused(changer.Unload(1, 1), "Data Transfer Element 1 is Empty");
        AssertRefused(changer.Transfer(5, 1), "Storage Element 5 is Empty");
        AssertRefused(changer.Transfer(2, 3), "Storage Element 3 is Already Full");
        Assert.Equal(before, Places(changer));
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void Places_that_the_library_has_not_are_refused()
    {
        using IChanger changer = NewChanger();
        AssertRefused(changer.Load(0, 0), "Storage Element 0");
        AssertRefused(changer.Load(6, 0), "Storage Element 6");
        AssertRefused(changer.Load(1, 2), "Data Transfer Element 2");
        AssertRefused(changer.Unload(-1, 1), "Data Transfer Element -1");
        AssertRefused(changer.Transfer(1, 99), "Storage Element 99");
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    protected static ChangerInventory Inventory(IChanger changer)
    {
        InventoryAnswer answer = changer.Inventory();
        Assert.True(answer.Inventory is not null, answer.Reason);
        return answer.Inventory;
    }

    protected static void AssertRefused(MoveAnswer answer, string words)
    {
        Assert.False(answer.Moved);
        Assert.Contains(words, answer.Reason, StringComparison.Ordinal);
    }

    protected static string[] Places(IChanger changer)
    {
        ChangerInventory inventory = Inventory(changer);
        return [.. inventory.Drives.Concat(inventory.Slots).Select(place => $"{place.Kind} {place.Number} {place.BarCode}")];
    }
}
