using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Records;

namespace Backup.Volumes.Reader;

/// <summary>Of a whole volume: marks into a catalogue, nodes and notes on to the caller.</summary>
internal sealed class CatalogueSink(CatalogueBuilder builder, IRecordSink next) : IRecordSink
{
    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        builder.Take(place, header, payload);
        return Lanes.Of(header.Type) != Lane.Index || next.Take(place, header, payload);
    }

    public void Report(VolumeFault fault) => next.Report(fault);
}

/// <summary>Of whatever is read: the data records of one session's wanted files. Counts.</summary>
internal sealed class SessionSink(SessionId session, IReadOnlyList<FileIndexRange> ranges, IRecordSink next) : IRecordSink
{
    private long _records;
    private long _faults;

    /// <summary>The caller has enough.</summary>
    public bool IsSatisfied { get; private set; }

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (place.Session != session || Lanes.Of(header.Type) != Lane.Data
            || !ranges.IsWanted(header.FileIndex, header.FileIndex)) return true;
        _records++;
        bool more = next.Take(place, header, payload);
        IsSatisfied |= !more;
        return more;
    }

    public void Report(VolumeFault fault)
    {
        _faults++;
        next.Report(fault);
    }

    public ReadSummary Summary(long blocks) => new(blocks, _records, 0, _faults);
}
