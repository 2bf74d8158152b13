using Backup.Messages.Drives;
using Backup.Messages.Storages;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Engine;

/// <summary>Reads every block of a volume up to its last commit point, before a job goes on with it. One use.</summary>
internal sealed class WholeCheck : IRecordSink
{
    private readonly long _end;
    private readonly Func<string?> _stop;
    private VolumeFault? _fault;
    private string? _stopped;

    private WholeCheck(long end, Func<string?> stop) => (_end, _stop) = (end, stop);

    /// <summary>
    /// Throws <see cref="UnusableMediumException"/> with the first block that is not sound. Null where all are; else why it was stopped.
    /// What lies from the end on, behind the last commit point, is not looked at. The drive is left unloaded.
    /// </summary>
    public static string? Run(IDrive drive, VolumeAssignment volume, long end, Func<string?> stop)
    {
        var check = new WholeCheck(end, stop);
        using (VolumeReader reader = VolumeReader.Open(drive, volume.Volume)) reader.ReadAll(check);
        return check._fault is { } fault
            ? throw new UnusableMediumException(
                $"{fault.Text}: the volume is not written on; see what it still has with backup-volume verify")
            : check._stopped;
    }

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) =>
        place.Block < _end && _fault is null && (_stopped ??= _stop()) is null;

    /// <summary>Only what a block says of itself counts: what a session lacks is for its restore to say.</summary>
    public void Report(VolumeFault fault)
    {
        if (fault.Kind is FaultKind.Unreadable or FaultKind.Damaged or FaultKind.Misplaced && fault.Block < _end) _fault ??= fault;
    }
}
