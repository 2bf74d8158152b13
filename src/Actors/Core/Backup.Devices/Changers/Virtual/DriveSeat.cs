namespace Backup.Devices.Changers.Virtual;

/// <summary>
/// Which cartridge stands in a drive, as a drive asks at every operation: the state is read anew only where its file is another one.
/// A state that cannot be read is an empty drive: nothing is written on what is not known. One thread.
/// </summary>
internal sealed class DriveSeat(LibraryFolder library, int drive)
{
    private (ulong, long, uint) _stamp = (ulong.MaxValue, 0, 0);
    private string? _barCode;

    public string? BarCode()
    {
        var stamp = library.StateStamp(); // before the state is read: a change in between is seen the next time
        if (stamp == _stamp) return _barCode;
        _barCode = library.ReadState(out _)?.Drives.GetValueOrDefault(drive)?.BarCode;
        _stamp = stamp;
        return _barCode;
    }
}
