using Backup.Messages.Ids;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Volumes;

/// <summary>
/// The nodes of volumes' indexes, kept in a file without a name; in memory are 56 bytes a node. Faults are kept word for word up to
/// <see cref="FaultsMax"/>.
/// </summary>
internal sealed class VolumeNodes : IRecordSink, INodeSource, IDisposable
{
    public const int FaultsMax = 1000;
    private readonly FileStream _spill;
    private readonly Dictionary<NodeId, Piece> _nodes = [];
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
            Add(NodeCodec.IdOf(encoding), encoding);
        }
        return true;
    }

    public void Add(NodeId id, ReadOnlySpan<byte> encoding)
    {
        if (!_nodes.ContainsKey(id)) _nodes.Add(id, Keep(encoding));
    }

    /// <summary>Whether all nodes of a tree are here.</summary>
    public bool HasTree(NodeId root)
    {
        var reader = new TreeReader(this);
        var waiting = new Stack<NodeId>();
        var seen = new HashSet<NodeId>();
        if (!root.IsEmpty) waiting.Push(root);
        try
        {
            while (waiting.TryPop(out NodeId node))
                foreach (TreeEntry entry in reader.Entries(node))
                    if (entry.Kind == EntryKind.Directory && !entry.Child.IsEmpty && seen.Add(entry.Child)) waiting.Push(entry.Child);
        }
        catch (Exception e) when (e is MissingNodeException or FormatException)
        {
            return false;
        }
        return true;
    }

    public void Report(VolumeFault fault)
    {
        if (_faults.Count < FaultsMax) _faults.Add(fault);
    }

    public byte[]? Find(NodeId id) => _nodes.TryGetValue(id, out Piece piece) ? Read(piece) : null;

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
}
