using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Blocks;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Simulation.Rot;

/// <summary>A record of one of a session's lanes.</summary>
internal readonly record struct RecordKey(SessionId Session, Lane Lane, long Sequence);

/// <summary>Where a record lies, from its first place to its last, and what its payload is.</summary>
internal readonly record struct Lying(int First, int Last, uint Crc, long FileIndex);

/// <summary>A mark of a session (a commit or an end) in an index segment that ends with the filemark at that place.</summary>
internal readonly record struct MarkPlace(SessionId Session, RecordType Type, int First, int Last, int Filemark);

/// <summary>What a whole volume holds, place by place: read with a cursor over its blocks alone, so that no reader judges itself.</summary>
internal sealed class VolumeTruth
{
    private readonly Dictionary<SessionId, (int First, List<byte> Bytes)> _cut = [];
    private readonly List<MarkPlace> _open = [];
    private readonly HashSet<RecordKey> _content = [];

    public VolumeTruth(string name, IReadOnlyList<byte[]?> places)
    {
        Name = name;
        Places = [.. places];
        for (int place = 0; place < Places.Length; place++)
        {
            if (Places[place] is { } block) ReadBlock(place, block);
            else EndSegment(place);
        }
    }

    public string Name { get; }
    public byte[]?[] Places { get; }
    public Dictionary<RecordKey, Lying> Records { get; } = [];

    /// <summary>Commits and ends; each index record belongs to the segment that ends with the first filemark behind it.</summary>
    public List<MarkPlace> Marks { get; } = [];

    /// <summary>A piece of content or its trailer: what a restore asks for. Attributes it has from the tree.</summary>
    public bool IsContent(RecordKey key) => _content.Contains(key);

    public Dictionary<NodeId, byte[]> Nodes { get; } = [];
    public IEnumerable<SessionId> Sessions => Records.Keys.Select(key => key.Session).Distinct();

    /// <summary>The first filemark behind a place.</summary>
    public int MarkBehind(int place) => Array.FindIndex(Places, place, block => block is null);

    private void EndSegment(int place)
    {
        Marks.AddRange(_open.Select(mark => mark with { Filemark = place }));
        _open.Clear();
    }

    private void ReadBlock(int place, byte[] block)
    {
        int at = place == 0 ? BlockCodec.LabelTextBytes : 0;
        if (BlockCodec.TryOpen(block, at, out _, out ReadOnlySpan<byte> payload) != BlockState.Good)
            throw new SimulationException($"volume {Name}: block {place} is bad before any harm was done");
        var fragments = new FragmentCursor(payload);
        while (fragments.Next())
        {
            SessionId session = fragments.Run.Session;
            if (fragments.Fragment.Flags.HasFlag(FragmentFlags.First)) _cut[session] = (place, []);
            (int first, List<byte> bytes) = _cut[session];
            bytes.AddRange(fragments.Bytes);
            if (fragments.Fragment.Flags.HasFlag(FragmentFlags.Last)) Keep(session, first, place, [.. bytes]);
        }
    }

    private void Keep(SessionId session, int first, int last, byte[] record)
    {
        RecordCodec.TryRead(record, out RecordHeader header);
        ReadOnlySpan<byte> payload = record.AsSpan(RecordHeader.Size);
        if (header.Type is RecordType.Commit or RecordType.SessionEnd) _open.Add(new(session, header.Type, first, last, -1));
        if (header.Type == RecordType.Node && NodeRecord.TryRead(payload, out _, out ReadOnlySpan<byte> encoding))
            Nodes[NodeCodec.IdOf(encoding)] = encoding.ToArray();
        if (Lanes.Of(header.Type) == Lane.None) return;
        var key = new RecordKey(session, Lanes.Of(header.Type), header.Sequence);
        if (header.Type is RecordType.Data or RecordType.Trailer) _content.Add(key);
        Records.Add(key, new(first, last, Crc32C.Compute(payload), header.FileIndex));
    }
}
