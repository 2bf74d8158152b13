using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Volumes;

/// <summary>
/// The nodes and notes of volumes' indexes, kept in a file without a name; in memory are 56 bytes a node. Faults are kept word for word up
/// to <see cref="FaultsMax"/>.
/// </summary>
internal sealed class VolumeNodes : IRecordSink, INodeSource, IDisposable
{
    public const int FaultsMax = 1000;
    private readonly FileStream _spill;
    private readonly Dictionary<NodeId, Piece> _nodes = [];
    private readonly Dictionary<SessionId, List<NodeId>> _nodesOf = [];
    private readonly Dictionary<SessionId, List<Piece>> _notesOf = [];
    private readonly List<VolumeFault> _faults = [];

    private long _length;

    private readonly record struct Piece(long Offset, int Length);

    public VolumeNodes()
    {
        string name = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _spill = new FileStream(name, options);
        File.Delete(name); // it lives on without a name until it is closed, however this process ends
    }

    public IReadOnlyList<VolumeFault> Faults => _faults;

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == RecordType.Node && NodeRecord.TryRead(payload, out _, out ReadOnlySpan<byte> encoding))
        {
            NodeId id = NodeCodec.IdOf(encoding);
            if (!_nodes.ContainsKey(id)) _nodes.Add(id, Keep(encoding));
            ListOf(_nodesOf, place.Session).Add(id);
        }
        else if (header.Type == RecordType.Unsaved) ListOf(_notesOf, place.Session).Add(Keep(payload));
        return true;
    }

    public void Report(VolumeFault fault)
    {
        if (_faults.Count < FaultsMax) _faults.Add(fault);
    }

    public byte[]? Find(NodeId id) => _nodes.TryGetValue(id, out Piece piece) ? Read(piece) : null;

    /// <summary>The nodes that came with a session, read as they are asked for.</summary>
    public IEnumerable<StoredNode> NodesOf(SessionId session) =>
        ListOf(_nodesOf, session).Select(id => new StoredNode(id, session, Read(_nodes[id])));

    public IEnumerable<UnsavedFile> NotesOf(SessionId session) =>
        ListOf(_notesOf, session).Select(piece => UnsavedRecord.Decode(Read(piece)));

    /// <summary>Forgets which session the nodes came with; the nodes themselves stay.</summary>
    public void ForgetSessions()
    {
        _nodesOf.Clear();
        _notesOf.Clear();
    }

    public void Dispose() => _spill.Dispose();

    private Piece Keep(ReadOnlySpan<byte> bytes)
    {
        var piece = new Piece(_length, bytes.Length);
        RandomAccess.Write(_spill.SafeFileHandle, bytes, piece.Offset);
        _length += bytes.Length;
        return piece;
    }

    private byte[] Read(Piece piece)
    {
        var bytes = new byte[piece.Length];
        RandomAccess.Read(_spill.SafeFileHandle, bytes, piece.Offset);
        return bytes;
    }

    private static List<T> ListOf<T>(Dictionary<SessionId, List<T>> lists, SessionId session)
    {
        if (!lists.TryGetValue(session, out List<T>? list)) lists.Add(session, list = []);
        return list;
    }
}
