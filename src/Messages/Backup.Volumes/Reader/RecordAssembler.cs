using Backup.Messages.Ids;
using Backup.Volumes.Blocks;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Reader;

/// <summary>
/// Fragments back into whole records, per session. A record that lies whole in its block is given as it lies; one that is cut is put
/// together,
/// at most one at a time for each session. A piece without its beginning is left out: the gap in the sequence tells of it. One thread.
/// </summary>
internal sealed class RecordAssembler
{
    private const int PartialsMax = 4096; // sessions interleaved on one volume with a record cut at the same time

    private sealed class Partial
    {
        public ColumnBytes Bytes { get; } = new();
        public int NextPart { get; set; } = -1;
    }

    private readonly Dictionary<SessionId, Partial> _partials = [];

    public void Clear() => _partials.Clear();

    /// <summary>True where the fragment is or completes a record, which is given header and all.</summary>
    public bool Take(in RunHeader run, in FragmentHeader fragment, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> record)
    {
        record = bytes;
        bool first = fragment.Flags.HasFlag(FragmentFlags.First), last = fragment.Flags.HasFlag(FragmentFlags.Last);
        if (first && last)
        {
            _partials.Remove(run.Session);
            return true;
        }
        Partial partial = PartialOf(run.Session);
        if (first)
        {
            partial.Bytes.Clear();
            partial.NextPart = 0;
        }
        bool follows = partial.NextPart == fragment.Part
            && partial.Bytes.Length + bytes.Length <= RecordHeader.Size + RecordCodec.PayloadBytesMax;
        if (follows) partial.Bytes.Append(bytes);
        partial.NextPart = follows && !last ? partial.NextPart + 1 : -1;
        if (!last || !follows) return false;
        record = partial.Bytes.Span;
        return true;
    }

    private Partial PartialOf(SessionId session)
    {
        if (_partials.TryGetValue(session, out Partial? partial)) return partial;
        if (_partials.Count == PartialsMax)
            throw new VolumeFormatException($"more than {PartialsMax} sessions have a record cut at one place");
        return _partials[session] = new Partial();
    }
}
