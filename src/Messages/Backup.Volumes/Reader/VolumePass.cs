using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>
/// One reading of a whole volume: every block, every record, every fault. One use each. Filemark is told the first block of the index
/// segment before each, 0 where none was read.
/// </summary>
internal sealed class VolumePass(BlockSource source, VolumeLabel label, IRecordSink sink, Action<long>? filemark = null)
{
    private readonly RecordAssembler _assembler = new();
    private long _records;
    private long _unknown;
    private long _faults;
    private long _segment;

    public ReadSummary Run()
    {
        var watch = new SequenceWatch(label.Name, readsData: true, Report);
        var counting = new CountingSink(this, watch);
        long before = source.Blocks;
        if (!source.Seek(0)) Report(new(FaultKind.Unreadable, 0, null, 0, 0, $"volume {label.Name}: its beginning cannot be reached"));
        else
            while (true)
            {
                Found found = source.Read();
                if (found == Found.EndOfData) break;
                if (found == Found.Filemark) filemark?.Invoke(_segment);
                if (found == Found.Block) _segment = source.Header.Segment;
                if (found == Found.Bad)
                {
                    _assembler.Clear(); // or the beginning of one record would be joined to the end of the next
                    Report(source.Fault!);
                }
                if (found == Found.Block && !Give(source, _assembler, counting)) break;
            }
        return new ReadSummary(source.Blocks - before, _records, _unknown, _faults);
    }

    private void Report(VolumeFault fault)
    {
        _faults++;
        sink.Report(fault);
    }

    /// <summary>The records that the block read last completes; false where the sink has enough.</summary>
    public static bool Give(BlockSource source, RecordAssembler assembler, IRecordSink sink)
    {
        try
        {
            var fragments = new FragmentCursor(source.Payload);
            while (fragments.Next())
            {
                if (!assembler.Take(fragments.Run, fragments.Fragment, fragments.Bytes, out ReadOnlySpan<byte> record)) continue;
                if (!RecordCodec.TryRead(record, out RecordHeader header) || header.Length != record.Length - RecordHeader.Size)
                {
                    sink.Report(new(FaultKind.BadRecord, source.Number, fragments.Run.Session, 0, 0,
                        $"block {source.Number}: a record's header contradicts its length"));
                    continue;
                }
                var place = new RecordPlace(fragments.Run.Session, fragments.Run.Attempt, source.Number);
                if (!sink.Take(place, header, record[RecordHeader.Size..])) return false;
            }
        }
        catch (FormatException e)
        {
            sink.Report(new(FaultKind.BadRecord, source.Number, null, 0, 0, $"block {source.Number}: {e.Message}"));
        }
        return true;
    }

    /// <summary>Between blocks and the caller's sink: counts, and leaves out what the sequence does not admit.</summary>
    private sealed class CountingSink(VolumePass pass, SequenceWatch watch) : IRecordSink
    {
        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (!watch.Admit(place, header, payload)) return true;
            pass._records++;
            if (!Enum.IsDefined(header.Type)) pass._unknown++;
            return pass.Consume(place, header, payload);
        }

        public void Report(VolumeFault fault) => pass.Report(fault);
    }

    private bool Consume(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        try
        {
            return sink.Take(place, header, payload);
        }
        catch (WireFormatException e)
        {
            Report(new(FaultKind.BadRecord, place.Block, place.Session, header.FileIndex, header.FileIndex,
                $"volume {label.Name}: block {place.Block}: {e.Message}"));
            return true;
        }
    }
}
