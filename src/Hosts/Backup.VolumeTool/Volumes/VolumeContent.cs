using Backup.Filesets.Restore;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Transforms;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Volumes;

/// <summary>Content straight from volumes: each want is read from every volume that has some of its session.</summary>
internal sealed class VolumeContent(VolumeShelf shelf) : IContentSource, IDisposable
{
    private readonly RecordDecompressor _decompressor = new();

    public void Fetch(IEnumerable<Want> wants, IContentSink sink, CancellationToken cancellation)
    {
        var content = new RecordContent(sink, Reverse);
        foreach (Want want in wants)
        {
            cancellation.ThrowIfCancellationRequested();
            ShelvedVolume[] volumes =
                [.. shelf.Volumes.Where(volume => volume.Catalogue.Sessions.Any(session => session.Session == want.Session))
                    .OrderBy(volume => Position(volume, want.Session))];
            if (volumes.Length == 0) Refuse(want, sink);
            var records = new WantedRecords(want, content, sink);
            foreach (ShelvedVolume volume in volumes) volume.Volume.Reader.ReadSession(want.Session, want.Ranges, records);
        }
    }

    public void Dispose() => _decompressor.Dispose();

    /// <summary>Reverses a record's transform; false where it is damaged or of an unknown kind.</summary>
    public bool Reverse(DataTransform transform, ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        if (transform != DataTransform.Zstd) return false;
        try
        {
            _decompressor.Decompress(stored, raw);
            return true;
        }
        catch (TransformException)
        {
            return false;
        }
    }

    /// <summary>Volumes of a session in the order in which it went over them.</summary>
    private static long Position(ShelvedVolume volume, SessionId session) =>
        volume.Catalogue.Sessions.First(one => one.Session == session).Continues?.Position.Data ?? 0;

    private static void Refuse(Want want, IContentSink sink)
    {
        foreach (FileIndexRange range in want.Ranges)
            for (long index = range.First; index <= range.Last; index++)
                sink.Fault(new ContentReference(want.Session, index), $"its session {want.Session} is on none of these volumes");
    }

    /// <summary>Passes on the records of one want, and what is wrong with them.</summary>
    private sealed class WantedRecords(Want want, RecordContent content, IContentSink sink) : IRecordSink
    {
        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            content.Take(want.Session, header, payload);
            return true;
        }

        public void Report(VolumeFault fault)
        {
            if (fault.Session is { } session && session != want.Session) return;
            if (fault.LastFileIndex == 0) sink.Fault(new ContentReference(want.Session, 0), fault.Text);
            foreach (FileIndexRange range in want.Ranges)
                for (long index = Math.Max(range.First, fault.FirstFileIndex); index <= Math.Min(range.Last, fault.LastFileIndex); index++)
                    sink.Fault(new ContentReference(want.Session, index), fault.Text);
        }
    }
}
