using Backup.Devices.Changers.Virtual;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.TestKit.Media;

namespace Backup.Tests.Contract.Changers;

/// <summary>The virtual library under the changers' suite, and what of it can go wrong.</summary>
public sealed class VirtualChangerTests : ChangerContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("changer-contract-").FullName;
    private readonly ChangerFaults _faults = new();
    private bool _refusesUntilEjected = true;

    protected override IChanger NewChanger() => NewVirtual();

    private VirtualChanger NewVirtual()
    {
        var library = new LibraryDescription
        {
            Drives = 2, Slots = 4, MailSlots = 1, CartridgeBytes = 256 * 1024, BarCodePrefix = "A",
            RefusesUntilEjected = _refusesUntilEjected,
        };
        VirtualChanger? changer = VirtualChanger.Make(_folder, library, out string? reason, _faults);
        Assert.True(changer is not null, reason);
        return changer;
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void Cartridges_are_written_and_read_in_whichever_drive_they_are_put()
    {
        using VirtualChanger changer = NewVirtual();
        using VirtualTape first = changer.Drive(0, new CountedIds()), second = changer.Drive(1, new CountedIds());
        Assert.Contains("ENOMEDIUM", first.Load("A00003", DriveAccess.Append).Reason, StringComparison.Ordinal);
        Assert.True(changer.Load(3, 0).Moved);
        Assert.Contains("holds A00003", first.Load("A00001", DriveAccess.Append).Reason, StringComparison.Ordinal);
        Assert.True(first.Load("A00003", DriveAccess.Append).Moved);
        first.Write("label"u8);
        first.WriteFilemarks(1);
        AssertRefused(changer.Unload(0, 3), "Medium Removal Prevented");
        Assert.True(first.Unload().Moved);
        Assert.True(changer.Unload(0, 3).Moved);
        Assert.True(changer.Load(3, 1).Moved);
        Assert.True(second.Load("A00003", DriveAccess.Read).Moved);
        Assert.Equal(new ReadAnswer(ReadOutcome.Block, 5), second.Read(new byte[100]));
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void A_cartridge_taken_from_an_open_drive_is_never_mistaken_for_the_next_one()
    {
        _refusesUntilEjected = false;
        using VirtualChanger changer = NewVirtual();
        using VirtualTape drive = changer.Drive(0, new CountedIds());
        changer.Load(1, 0);
        drive.Load("A00001", DriveAccess.Append);
        drive.Write("one"u8);
        drive.WriteFilemarks(1);
        Assert.True(changer.Unload(0, 1).Moved);
        Assert.Equal(new DriveStatus(false, false), drive.Status);
        Assert.Equal(WriteOutcome.Failed, drive.Write("lost"u8).Outcome);
        AssertRefused(drive.Rewind(), "taken");
        Assert.True(changer.Load(2, 0).Moved);
        Assert.Equal(DrivePosition.Unknown, drive.Position);
        Assert.Equal(WriteOutcome.Failed, drive.Write("lost"u8).Outcome);
        Assert.True(drive.Rewind().Moved); // as the driver's descriptor: now it is the other cartridge
        Assert.Equal(ReadOutcome.EndOfData, drive.Read(new byte[10]).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.Write("two"u8).Outcome);
        Assert.True(drive.Unload().Moved);
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void A_jam_leaves_everything_where_it_was()
    {
        using VirtualChanger changer = NewVirtual();
        string[] before = Places(changer);
        _faults.Jams = 1;
        AssertRefused(changer.Load(1, 0), "jammed");
        Assert.Equal(before, Places(changer));
        Assert.True(changer.Load(1, 0).Moved);
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("written")]
    [Trait("Req", "CHG-03")]
    public void A_kill_at_any_point_leaves_each_cartridge_in_one_place(string point)
    {
        using (VirtualChanger changer = NewVirtual())
        {
            _faults.At = at =>
            {
                if (at == point) throw new InvalidOperationException("killed");
            };
            Assert.Throws<InvalidOperationException>(() => changer.Load(1, 0));
            _faults.At = null;
        }
        File.WriteAllText(Path.Combine(_folder, "state.json.new"), "{ torn");
        using VirtualChanger again = NewVirtual();
        ChangerInventory inventory = Inventory(again);
        Assert.Equal(["A00001", "A00002", "A00003", "A00004"],
            inventory.Drives.Concat(inventory.Slots).Select(place => place.BarCode).OfType<string>().Order());
        Assert.Equal(point == "written", inventory.Drives[0].IsFull);
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void Moves_of_several_programs_follow_each_other()
    {
        NewVirtual().Dispose();
        var threads = Enumerable.Range(0, 2).Select(drive => new Thread(() =>
        {
            using VirtualChanger changer = NewVirtual();
            for (int i = 0; i < 20; i++)
            {
                Assert.True(changer.Load(drive + 1, drive).Moved);
                Assert.True(changer.Unload(drive, drive + 1).Moved);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        using VirtualChanger after = NewVirtual();
        Assert.Equal("A00001", Inventory(after).Slots[0].BarCode);
        Assert.Equal("A00002", Inventory(after).Slots[1].BarCode);
    }

    [Theory]
    [InlineData("{}", "cannot be read|not whole")]
    [InlineData("not json", "cannot be read")]
    [InlineData("""{"slots":{"1":"A1","2":"A1"},"drives":{}}""", "A1 is in two places")]
    [InlineData("""{"slots":{"9":"A1"},"drives":{}}""", "a slot that the library has not")]
    [InlineData("""{"slots":{"1":"../../etc/passwd"},"drives":{}}""", "no bar code")]
    [Trait("Req", "CHG-03")]
    public void A_state_that_cannot_be_is_refused_in_one_line(string state, string words)
    {
        using VirtualChanger changer = NewVirtual();
        File.WriteAllText(Path.Combine(_folder, "state.json"), state);
        InventoryAnswer answer = changer.Inventory();
        Assert.Null(answer.Inventory);
        Assert.Matches(words, answer.Reason);
        Assert.False(changer.Load(1, 0).Moved);
    }

    [Fact]
    [Trait("Req", "CHG-03")]
    public void A_library_that_is_built_otherwise_or_cannot_be_is_refused()
    {
        NewVirtual().Dispose();
        Assert.Null(VirtualChanger.Make(_folder, new LibraryDescription { Slots = 99 }, out string? reason));
        Assert.Contains("built otherwise", reason, StringComparison.Ordinal);
        Assert.Null(VirtualChanger.Make(Path.Combine(_folder, "x"), new LibraryDescription { CartridgeBytes = 1 }, out reason));
        Assert.Contains("at least 65536", reason, StringComparison.Ordinal);
        Assert.Null(VirtualChanger.Open(Path.Combine(_folder, "none"), out reason));
        Assert.Contains("library.json", reason, StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
