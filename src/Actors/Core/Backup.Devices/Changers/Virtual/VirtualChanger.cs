using System.Runtime.InteropServices;
using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Devices.Linux;
using Backup.Messages.Drives;
using Backup.Messages.Ids;

namespace Backup.Devices.Changers.Virtual;

/// <summary>
/// The robot of a library that is a folder. Moves of all programs follow each other by the library's one lock; what is where is one
/// file that is replaced as a whole. Thread safe.
/// </summary>
public sealed class VirtualChanger : IChanger
{
    private static readonly TimeSpan LockWithin = TimeSpan.FromSeconds(60), LockPause = TimeSpan.FromMilliseconds(10);

    private readonly LibraryFolder _library;
    private readonly ChangerFaults _faults;
    private readonly Lock _gate = new();
    private readonly int _lock;
    private bool _isClosed;

    private VirtualChanger(LibraryFolder library, ChangerFaults faults, int lockFile) =>
        (_library, _faults, _lock) = (library, faults, lockFile);

    public string Name => $"virtual library {_library.Folder}";

    public LibraryDescription Description => _library.Description;

    /// <summary>The folder of the cartridges' files.</summary>
    public string Cartridges => _library.Cartridges;

    /// <summary>
    /// Makes the library where it is not there yet, with a cartridge in each slot. Null and the reason where that cannot be.
    /// </summary>
    public static VirtualChanger? Make(string folder, LibraryDescription description, out string? reason, ChangerFaults? faults = null) =>
        Attach(LibraryFolder.Make(folder, description, out reason), faults, ref reason);

    /// <summary>Opens a library that was made. Null and the reason where there is none.</summary>
    public static VirtualChanger? Open(string folder, out string? reason, ChangerFaults? faults = null) =>
        Attach(LibraryFolder.Open(folder, out reason), faults, ref reason);

    /// <summary>
    /// The drive of that number; it has whatever cartridge the changer put into it. Blocks: those it takes; null: any.
    /// </summary>
    public VirtualTape Drive(int number, IEntropy entropy, TapeFaults? faults = null, BlockSizeRange? blocks = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Description.Drives);
        var seat = new DriveSeat(_library, number);
        return new VirtualTape(new VirtualTapeOptions(Cartridges, entropy)
        {
            Number = number,
            Capacity = Description.CartridgeBytes,
            Reserve = Description.ReserveBytes,
            Seat = seat.BarCode,
            Faults = faults ?? new TapeFaults(),
            BlockSizes = blocks ?? BlockSizeRange.Any,
        });
    }

    public InventoryAnswer Inventory()
    {
        LibraryState? state = _library.ReadState(out string? reason);
        if (state is null) return new(null, reason);
        List<ChangerElement> drives = [.. Enumerable.Range(0, Description.Drives).Select(drive =>
            state.Drives.TryGetValue(drive, out SeatedCartridge? seated)
                ? new ChangerElement(ElementKind.Drive, drive, seated.BarCode, seated.HomeSlot)
                : new ChangerElement(ElementKind.Drive, drive, null))];
        List<ChangerElement> slots = [.. Enumerable.Range(1, Description.SlotsWithMail).Select(slot => new ChangerElement(
            slot <= Description.Slots ? ElementKind.Slot : ElementKind.MailSlot, slot, state.Slots.GetValueOrDefault(slot)))];
        return new(new ChangerInventory(drives, slots));
    }

    public MoveAnswer Load(int slot, int drive) => Move(
        SlotFault(slot) ?? DriveFault(drive), _ => null, (LibraryState state, out string? reason) => state.Load(slot, drive, out reason));

    public MoveAnswer Unload(int drive, int slot) => Move(
        DriveFault(drive) ?? SlotFault(slot),
        state => state.Drives.TryGetValue(drive, out SeatedCartridge? seated) ? HeldBy(drive, seated.BarCode) : null,
        (LibraryState state, out string? reason) => state.Unload(drive, slot, out reason));

    public MoveAnswer Transfer(int from, int to) => Move(
        SlotFault(from) ?? SlotFault(to), _ => null, (LibraryState state, out string? reason) => state.Transfer(from, to, out reason));

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _ = FileCalls.Close(_lock);
        }
    }

    private delegate LibraryState? Decision(LibraryState state, out string? reason);

    private static VirtualChanger? Attach(LibraryFolder? library, ChangerFaults? faults, ref string? reason)
    {
        if (library is null) return null;
        int file = library.OpenLock(out reason);
        return file < 0 ? null : new VirtualChanger(library, faults ?? new ChangerFaults(), file);
    }

    private MoveAnswer Move(string? fault, Func<LibraryState, string?> held, Decision decide)
    {
        if (fault is not null) return new(false, $"{Name}: {fault}");
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (AwaitLock() is { } busy) return new(false, $"{Name}: {busy}");
            try
            {
                LibraryState? state = _library.ReadState(out string? reason);
                if (state is null) return new(false, reason);
                LibraryState? next = decide(state, out reason);
                reason ??= held(state) ?? Jam();
                if (next is null || reason is not null) return new(false, $"{Name}: {reason}");
                Pauses.Wait(_faults.Time, _faults.MoveTime);
                _faults.At?.Invoke("moved");
                _library.WriteState(next);
                _faults.At?.Invoke("written");
                return MoveAnswer.Done;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new(false, $"{Name}: the move cannot be recorded, take an inventory: {e.Message}");
            }
            finally
            {
                _ = FileCalls.Lock(_lock, FileCalls.Unlock);
            }
        }
    }

    private string? AwaitLock()
    {
        long begun = _faults.Time.GetTimestamp();
        while (FileCalls.Lock(_lock, FileCalls.LockExclusive | FileCalls.LockNonBlocking) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (Errno.TryAgain or Errno.Interrupted)) return $"its lock cannot be taken: {Errno.Words(error)}";
            if (_faults.Time.GetElapsedTime(begun) > LockWithin)
                return $"another program has moved cartridges for {LockWithin.TotalSeconds} s: see what holds its lock";
            Pauses.Wait(_faults.Time, LockPause);
        }
        return null;
    }

    private string? Jam()
    {
        if (_faults.Jams == 0) return null;
        _faults.Jams--;
        return "MOVE MEDIUM from Element Address: Mechanical Positioning Error (15/01): the robot is jammed";
    }

    /// <summary>An open drive holds its cartridge's file locked.</summary>
    private string? HeldBy(int drive, string barCode)
    {
        string file = barCode + VirtualTape.CartridgeEnding;
        if (!Description.RefusesUntilEjected || !File.Exists(Path.Combine(Cartridges, file))) return null;
        VolumeFile? free = VolumeFile.Open(Cartridges, file, DriveAccess.Append, out _);
        _ = free?.Close();
        return free is not null
            ? null
            : $"Data Transfer Element {drive} holds cartridge {barCode}: Medium Removal Prevented (53/02): eject it first";
    }

    private string? SlotFault(int slot) =>
        slot >= 1 && slot <= Description.SlotsWithMail
            ? null
            : $"there is no Storage Element {slot}: they are 1 to {Description.SlotsWithMail}";

    private string? DriveFault(int drive) =>
        drive >= 0 && drive < Description.Drives
            ? null
            : $"there is no Data Transfer Element {drive}: they are 0 to {Description.Drives - 1}";
}
