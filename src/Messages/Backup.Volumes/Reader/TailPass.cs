using Backup.Volumes.Labels;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>
/// Reads from a place to the end of the data what no index segment tells of: all records that are whole, and every bad block by name.
/// Sequences are not watched, for what lies before is not read. One thread.
/// </summary>
internal sealed class TailPass(BlockSource source, VolumeLabel label, long from)
{
    private readonly RecordAssembler _assembler = new();

    public void Run(IRecordSink sink, Action? filemark = null)
    {
        if (!source.Seek(from))
        {
            sink.Report(new(FaultKind.Unreadable, from, null, 0, 0, $"volume {label.Name}: block {from} cannot be reached"));
            return;
        }
        while (source.Read() is not Found.EndOfData and var found)
        {
            if (found == Found.Filemark) Settle(sink, filemark);
            if (found == Found.Bad)
            {
                _assembler.Clear();
                sink.Report(source.Fault!);
            }
            if (found == Found.Block && !VolumePass.Give(source, _assembler, sink)) return;
        }
    }

    private void Settle(IRecordSink sink, Action? filemark)
    {
        try
        {
            filemark?.Invoke();
        }
        catch (FormatException e)
        {
            sink.Report(new(FaultKind.BadRecord, source.Number, null, 0, 0, $"volume {label.Name}: block {source.Number}: {e.Message}"));
        }
    }
}

/// <summary>
/// Of a tail: marks into a catalogue, nodes and notes on to the caller. An end or a commit counts only where a filemark follows it:
/// without one it was never reported as stored.
/// </summary>
internal sealed class TailCatalogueSink(CatalogueBuilder builder, IRecordSink next) : IRecordSink
{
    private const int HeldMax = 16384; // four marks for each session that one segment may tell of

    private readonly List<(RecordPlace Place, RecordHeader Header, byte[] Payload)> _held = [];

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type is RecordType.SessionEnd or RecordType.Commit or RecordType.VolumeIndex or RecordType.EndOfVolume)
        {
            if (_held.Count == HeldMax) throw new VolumeFormatException($"more than {HeldMax} marks without a filemark behind them");
            _held.Add((place, header, payload.ToArray()));
            return true;
        }
        builder.Take(place, header, payload);
        return Lanes.Of(header.Type) != Lane.Index || next.Take(place, header, payload);
    }

    public void Report(VolumeFault fault) => next.Report(fault);

    public void Settle()
    {
        (RecordPlace Place, RecordHeader Header, byte[] Payload)[] held = [.. _held];
        _held.Clear();
        foreach ((RecordPlace place, RecordHeader header, byte[] payload) in held) builder.Take(place, header, payload);
    }
}
