using Backup.Actors.Storage.Engine;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

/// <summary>What goes wrong on a tape while it is written, and what becomes of its jobs.</summary>
public sealed class DriveTroubleTests : IDisposable
{
    private const int Records = 12;

    private readonly LibraryBench _library = new();

    private StorageBench Storage => _library.Storage;
    private TapeFaults Faults => _library.Faults[0];

    public void Dispose() => _library.Dispose();

    [Fact]
    [Trait("Req", "DEV-06")]
    public void A_failed_write_is_tried_once_more_from_a_proven_position_and_the_session_is_whole()
    {
        (_, ScriptedChannel client) = _library.Opened(1, cartridge: 1);
        Faults.FailingWrites.Add(_library.NextWrite + 2);
        int before = _library.Drive.Lines.Count;
        LibraryBench.Send(client, Records);

        Assert.Contains("written at the second try", Storage.Next<DriveNote>().Line, StringComparison.Ordinal);
        Assert.Null(Storage.Next<StoreSessionEnded>().Failure);
        string[] lines = [.. _library.Drive.Lines.Skip(before)];
        int failed = Array.FindIndex(lines, line => line.EndsWith("Failed", StringComparison.Ordinal));
        string written = lines[failed].Replace("Failed", "Written", StringComparison.Ordinal);
        long place = long.Parse(lines[failed].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            ["rewind", "read Block", $"locate {place - 1}", "read Block", "marks 0 Written", written], lines[(failed + 1)..(failed + 7)]);
        _library.AwaitIdle();
        Assert.Equal(Records, _library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-06")]
    public void Two_failed_writes_in_a_row_end_the_volume_and_the_session_goes_on_with_another()
    {
        (OpenStoreSession order, ScriptedChannel client) = _library.Opened(1, cartridge: 1);
        Faults.FailingWrites.UnionWith([_library.NextWrite + 2, _library.NextWrite + 3]);
        LibraryBench.Send(client, Records);
        var wanted = Storage.Next<VolumeWanted>();
        Faults.FailingWrites.Clear();
        _library.Engine.Take(new VolumeAssigned(order.Label.Session, LibraryBench.Cartridge(2), null));
        var ended = Storage.Next<StoreSessionEnded>();

        Assert.Equal((LibraryBench.Code(1), true), (wanted.Full, wanted.IsUnfit));
        Assert.Contains("failed twice in a row", wanted.Reason, StringComparison.Ordinal);
        Assert.Contains("EIO", wanted.Reason, StringComparison.Ordinal);
        Assert.Null(ended.Failure);
        Assert.Equal([LibraryBench.Code(1), LibraryBench.Code(2)], ended.Volumes.Select(span => span.Volume));
        _library.AwaitIdle();
        Assert.Equal(Records, _library.RecordsOn(1) + _library.RecordsOn(2));
    }

    [Fact]
    [Trait("Req", "DEV-06")]
    public void Where_no_index_can_be_written_either_the_session_ends_at_its_last_commit_point_with_the_drives_words()
    {
        _library.Store(1, cartridge: 1);
        (_, ScriptedChannel client) = _library.Opened(2, cartridge: 1, isNew: false);
        Faults.FailingWrites.UnionWith(Enumerable.Range((int)_library.NextWrite, 100).Select(number => (long)number));
        LibraryBench.Send(client, Records);

        Assert.Contains("EIO", Storage.Next<StoreSessionEnded>().Failure, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => _library.Engine.Status.Volume is null, StorageBench.Patience));
        Assert.Equal(3, _library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-06")]
    public void A_failed_filemark_is_not_tried_again_for_what_is_before_it_is_not_proven()
    {
        (_, ScriptedChannel client) = _library.Opened(1, cartridge: 1);
        Faults.FailingMarks.UnionWith([2, 3, 4]);
        LibraryBench.Send(client, Records);

        Assert.Contains("writing the filemark", Storage.Next<StoreSessionEnded>().Failure, StringComparison.Ordinal);
        Assert.Equal("marks 1 Failed", _library.Drive.Lines.Last(line => line.StartsWith("marks ", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Req", "DEV-07")]
    public void Where_the_drive_does_not_find_the_end_of_the_data_it_is_found_file_by_file_and_appended_to()
    {
        _library.Store(1, cartridge: 1);
        Faults.FailingEndOfData = 1;
        _library.Store(2, cartridge: 1, isNew: false);

        Assert.Contains("space to end refused", _library.Drive.Lines);
        Assert.Contains("space marks", _library.Drive.Lines);
        Assert.Equal(6, _library.RecordsOn(1));
    }

    [Fact]
    [Trait("Req", "DEV-07")]
    public void Where_file_by_file_fails_too_the_volume_is_unfit_and_nothing_on_it_is_changed()
    {
        _library.Store(1, cartridge: 1);
        string file = Path.Combine(_library.Cartridges, LibraryBench.Code(1) + VirtualTape.CartridgeEnding);
        byte[] before = File.ReadAllBytes(file);
        (Faults.FailingEndOfData, Faults.FailingMarkSpacing) = (1, 1);
        OpenStoreSession order = _library.Order(2, cartridge: 1, isNew: false);
        _library.Engine.Take(order);
        var wanted = Storage.Next<VolumeWanted>();
        _library.Engine.Take(new VolumeAssigned(order.Label.Session, LibraryBench.Cartridge(2), null));

        Assert.True(wanted.IsUnfit);
        Assert.Contains("the end of its data cannot be found", wanted.Reason, StringComparison.Ordinal);
        Assert.Contains("file by file", wanted.Reason, StringComparison.Ordinal);
        Assert.Equal(LibraryBench.Code(2), Storage.Next<StoreSessionOpened>().Volume!.Volume);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    [Trait("Req", "DEV-12")]
    public void What_is_left_of_a_cartridge_is_shown_and_one_warning_comes_at_ninety_percent()
    {
        const int cartridge = 1 << 20;
        using var library = new LibraryBench(cartridgeBytes: cartridge);
        library.Store(1, cartridge: 1);
        Assert.Null(library.Engine.Status.BytesLeft);
        var warnings = new List<string>();
        for (int session = 2; warnings.Count == 0; session++)
        {
            (_, ScriptedChannel client) = library.Opened(session, cartridge: 1, isNew: false);
            Assert.InRange(library.Engine.Status.BytesLeft!.Value, 0, cartridge - (3 * StorageBench.FillingRecord));
            LibraryBench.Send(client, 3);
            if (library.Storage.Next<SessionCommitted>() is { Warning: { } warning }) warnings.Add(warning);
            Assert.Null(library.Storage.Next<StoreSessionEnded>().Failure);
            library.AwaitIdle();
        }
        library.Opened(99, cartridge: 1, isNew: false);

        Assert.Matches("^volume V00001 is 9[0-9] % full: 0 MiB of 1 MiB are left$", Assert.Single(warnings));
        Assert.InRange(library.Engine.Status.BytesLeft!.Value, 0, cartridge / 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Req", "DEV-24")]
    public void A_write_protected_cartridge_is_passed_over_and_stays_readable(bool isNew)
    {
        if (!isNew) _library.Store(1, cartridge: 1);
        VirtualTape.Protect(_library.Cartridges, LibraryBench.Code(1), isProtected: true);
        OpenStoreSession order = _library.Order(2, cartridge: 1, isNew);
        _library.Engine.Take(order);
        var wanted = Storage.Next<VolumeWanted>();
        _library.Engine.Take(new VolumeAssigned(order.Label.Session, LibraryBench.Cartridge(2), null));

        Assert.Equal((LibraryBench.Code(1), true, true), (wanted.Full, wanted.IsUnfit, wanted.IsProtected));
        Assert.Contains("write protected", wanted.Reason, StringComparison.Ordinal);
        Assert.Equal(LibraryBench.Code(2), Storage.Next<StoreSessionOpened>().Volume!.Volume);
        if (!isNew) Assert.Equal(3, _library.RecordsOn(1));
    }
}
