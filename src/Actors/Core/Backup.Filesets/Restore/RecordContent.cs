using Backup.Messages.Ids;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>
/// Reverses a transform: fills all of <paramref name="raw"/>; false where the bytes are damaged or the transform is not known.
/// </summary>
public delegate bool ContentReversal(DataTransform transform, ReadOnlySpan<byte> stored, Span<byte> raw);

/// <summary>Turns the records of a session, as they come from a channel or a volume, into content. One thread.</summary>
public sealed class RecordContent(IContentSink sink, ContentReversal reverse)
{
    private byte[] _raw = [];

    /// <summary>Takes one record; what is no content is passed over.</summary>
    public void Take(SessionId session, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var file = new ContentReference(session, header.FileIndex);
        if (header.Type == RecordType.Data) TakeData(file, payload);
        else if (header.Type == RecordType.Trailer) TakeTrailer(file, payload);
    }

    private void TakeData(ContentReference file, ReadOnlySpan<byte> payload)
    {
        if (!DataRecord.TryRead(payload, out DataHeader header, out ReadOnlySpan<byte> stored))
        {
            sink.Fault(file, "a data record cannot be read");
            return;
        }
        if (header.Stream != DataStream.Content) return;
        if (header.Transform == DataTransform.None)
        {
            sink.Data(new ContentPiece(file, header.Offset, stored));
            return;
        }
        if (_raw.Length < header.RawLength) _raw = new byte[RecordCodec.DataBytesMax];
        Span<byte> raw = _raw.AsSpan(0, header.RawLength);
        if (reverse(header.Transform, stored, raw)) sink.Data(new ContentPiece(file, header.Offset, raw));
        else sink.Fault(file, $"the {header.Transform} data at byte {header.Offset} cannot be unpacked");
    }

    private void TakeTrailer(ContentReference file, ReadOnlySpan<byte> payload)
    {
        if (!TrailerRecord.TryRead(payload, out TrailerRecord trailer)) sink.Fault(file, "its trailer cannot be read");
        else if (trailer.Status is TrailerStatus.Complete or TrailerStatus.Changed) sink.End(file, trailer.Size, trailer.Digest);
        else sink.Fault(file, $"what is stored of it was {trailer.Status.ToString().ToLowerInvariant()} when it was saved");
    }
}
