using System.Text;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Volumes;

/// <summary>
/// A tree out of a session's Attributes records, where its own is lost: what the session itself stored. Memory: all its entries, at most
/// <see cref="EntriesMax"/>. Names are held as Latin-1, whose order is that of the bytes. One use each.
/// </summary>
internal sealed class AttributesTree : IRecordSink
{
    public const int EntriesMax = 4_000_000;
    private const int DepthMax = 2048; // twice as deep as a path that a system call takes

    private readonly SessionId _session;
    private readonly Action<string> _report;
    private readonly Folder _root = new();
    private readonly Dictionary<long, Digest> _digests = []; // from trailers, by file index: without them nothing would prove content
    private int _entries;

    private AttributesTree(SessionId session, Action<string> report) => (_session, _report) = (session, report);

    private sealed class Folder
    {
        public TreeEntry? Entry { get; set; }
        public SortedDictionary<string, TreeEntry> Files { get; } = new(StringComparer.Ordinal);
        public SortedDictionary<string, Folder> Folders { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Reads the session on all its volumes, puts the nodes to the shelf's and gives the root.</summary>
    public static NodeId Read(VolumeShelf shelf, ShelvedSession chosen, Action<string> report)
    {
        var tree = new AttributesTree(chosen.Session, report);
        foreach (ShelvedVolume volume in chosen.Volumes)
            volume.Volume.Reader.ReadSession(chosen.Session, [new FileIndexRange(0, long.MaxValue)], tree);
        return tree.Build(tree._root, shelf.Nodes);
    }

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == RecordType.Trailer) TakeTrailer(header, payload);
        if (header.Type != RecordType.Attributes) return true;
        if (++_entries > EntriesMax)
            throw new ToolException($"session {_session} has more than {EntriesMax} entries: without its tree it cannot be put together");
        AttributesRecord record = AttributesRecord.Decode(payload.ToArray());
        string[] names = Encoding.Latin1.GetString(record.Path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > DepthMax) _report($"block {place.Block}: a path of {names.Length} names is left out");
        else if (names.Length > 0) Put(names, Entry(names[^1], record.Entry, new ContentReference(_session, header.FileIndex)));
        return true;
    }

    public void Report(VolumeFault fault) => _report(fault.Text);

    private void TakeTrailer(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        bool isKept = TrailerRecord.TryRead(payload, out TrailerRecord trailer) && trailer.Digest != Digest.None;
        if (isKept && _digests.Count < EntriesMax) _digests[header.FileIndex] = trailer.Digest;
    }

    private void Put(string[] names, TreeEntry entry)
    {
        Folder folder = _root;
        foreach (string name in names.AsSpan(0, names.Length - 1)) folder = Below(folder, name);
        if (entry.Kind == EntryKind.Directory) Below(folder, names[^1]).Entry = entry;
        else folder.Files[names[^1]] = entry; // of two records of one path the later holds
    }

    private static Folder Below(Folder folder, string name)
    {
        if (!folder.Folders.TryGetValue(name, out Folder? below)) folder.Folders.Add(name, below = new Folder());
        return below;
    }

    private NodeId Build(Folder folder, VolumeNodes nodes)
    {
        var builder = new DirectoryBuilder((id, encoding) => nodes.Add(id, encoding));
        foreach ((string name, TreeEntry file) in folder.Files)
            if (!folder.Folders.ContainsKey(name))
                builder.AddFile(Entry(name, file, file.Reference, digest: _digests.GetValueOrDefault(file.Reference.FileIndex)));
        foreach ((string name, Folder below) in folder.Folders) builder.AddDirectory(Directory(name, below.Entry, Build(below, nodes)));
        return builder.Complete();
    }

    /// <summary>A directory without a record of its own gets the usual mode.</summary>
    private static TreeEntry Directory(string name, TreeEntry? of, NodeId child) => of is null
        ? new TreeEntry { Name = Encoding.Latin1.GetBytes(name), Kind = EntryKind.Directory, Mode = 0x1ed, Flags = EntryFlags.Passage,
            Child = child }
        : Entry(name, of, ContentReference.None, child);

    private static TreeEntry Entry(
        string name, TreeEntry of, ContentReference reference, NodeId child = default, Digest digest = default) => new()
    {
        Name = Encoding.Latin1.GetBytes(name), Kind = of.Kind, Mode = of.Mode, UserId = of.UserId, GroupId = of.GroupId,
        UserName = of.UserName, GroupName = of.GroupName, Size = of.Size, Modified = of.Modified, Changed = of.Changed, Born = of.Born,
        Inode = of.Inode, DeviceNumber = of.DeviceNumber, LinkTarget = of.LinkTarget, ExtendedAttributes = of.ExtendedAttributes,
        Flags = of.Flags, StaleReason = of.StaleReason, Reference = of.Kind == EntryKind.Directory ? ContentReference.None : reference,
        Child = child, Digest = digest,
    };
}
