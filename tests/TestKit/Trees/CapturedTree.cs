using System.Buffers.Binary;
using System.Security.Cryptography;
using Backup.Filesets.Restore;
using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.TestKit.Trees;

/// <summary>
/// A folder read into memory as a tree of nodes and the content of its files: what a restore works from, without session, channel or
/// volume between. Content can be spoilt before it is fetched.
/// </summary>
public sealed class CapturedTree : INodeSource, IContentSource
{
    private readonly Dictionary<NodeId, byte[]> _nodes = [];
    private readonly Dictionary<long, StoredFile> _files = [];
    private readonly Dictionary<(ulong Device, ulong Inode), ContentReference> _links = [];
    public SessionId Session { get; } = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
    private readonly IFileTree _tree;

    private readonly List<(byte[] Path, TreeEntry Entry, long Index, bool IsFurtherName)> _entries = [];

    private sealed record StoredFile(long Size, Digest Digest, List<(long Offset, byte[] Bytes)> Pieces);

    public CapturedTree(IFileTree tree, string folder)
    {
        _tree = tree;
        Must(tree.OpenRoot(out IOpenDirectory? at));
        foreach (string name in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Must(at!.OpenDirectory(System.Text.Encoding.UTF8.GetBytes(name), out IOpenDirectory? next));
            at = next;
        }
        Root = Capture(at!, BytePath.Root.ToArray());
    }

    public NodeId Root { get; private set; }

    /// <summary>File indexes asked for, in order.</summary>
    public List<long> Wanted { get; } = [];

    /// <summary>Called with each piece before it is given to a restore; may change it.</summary>
    public Action<long, byte[]> Spoil { get; set; } = (_, _) => { };

    /// <summary>File indexes whose content is said to be lost.</summary>
    public HashSet<long> Lost { get; } = [];

    /// <summary>File indexes that do not come and of which nothing is said, but that something is wrong with the session.</summary>
    public HashSet<long> Silent { get; } = [];

    /// <summary>The source breaks off after so many files.</summary>
    public int BreaksAfter { get; set; } = int.MaxValue;

    public byte[]? Find(NodeId id) => _nodes.GetValueOrDefault(id);

    public bool Forget(NodeId id) => _nodes.Remove(id);

    /// <summary>Files of the root directory that are hard links keep their content, but are links no more.</summary>
    public void Separate()
    {
        var builder = new DirectoryBuilder((id, encoding) => _nodes[id] = encoding);
        foreach (TreeEntry entry in new TreeReader(this).Entries(Root).ToArray())
            builder.AddFile(new TreeEntry
            {
                Name = entry.Name, Kind = entry.Kind, Mode = entry.Mode, Size = entry.Size, Modified = entry.Modified,
                Digest = entry.Digest, Reference = entry.Reference,
            });
        Root = builder.Complete();
    }

    /// <summary>A file of the root directory is as of an earlier scan, of another mode: the last one could not read it.</summary>
    public void Outdate(string name, uint mode)
    {
        var builder = new DirectoryBuilder((id, encoding) => _nodes[id] = encoding);
        foreach (TreeEntry entry in new TreeReader(this).Entries(Root).ToArray())
        {
            bool isOutdated = entry.Name.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(name));
            builder.AddFile(!isOutdated ? entry : new TreeEntry
            {
                Name = entry.Name, Kind = entry.Kind, Mode = mode, UserId = entry.UserId, GroupId = entry.GroupId, Size = entry.Size,
                Modified = entry.Modified, Changed = entry.Changed, Inode = entry.Inode, Flags = entry.Flags | EntryFlags.Stale,
                StaleReason = Backup.Messages.Jobs.UnsavedReason.ReadError, Digest = entry.Digest, Reference = entry.Reference,
            });
        }
        Root = builder.Complete();
    }

    public void Fetch(IEnumerable<Want> wants, IContentSink sink, CancellationToken cancellation)
    {
        foreach (Want want in wants)
            foreach (FileIndexRange range in want.Ranges)
                for (long index = range.First; index <= range.Last; index++)
                {
                    if (Wanted.Count == BreaksAfter) throw new ContentException("the source broke off");
                    Wanted.Add(index);
                    Give(index, sink);
                }
    }

    /// <summary>The tree as a session would send it: frames of whole records of both lanes, and how far they go.</summary>
    public IReadOnlyList<byte[]> Frames(out StreamPosition position)
    {
        var frames = new List<byte[]>();
        (long data, long index) = (0, 0);
        foreach ((byte[] path, TreeEntry entry, long fileIndex, bool isFurtherName) in _entries)
        {
            var attributes = new byte[AttributesRecord.LengthMax(path.Length, entry)];
            int length = AttributesRecord.Write(attributes, path, entry);
            RecordFlags flags = isFurtherName ? RecordFlags.FurtherName : 0;
            frames.Add(Frame(new RecordHeader(RecordType.Attributes, flags, length, ++data, fileIndex), attributes.AsSpan(0, length)));
            if (fileIndex == 0 || isFurtherName) continue;
            StoredFile file = _files[fileIndex];
            foreach ((long offset, byte[] bytes) in file.Pieces)
            {
                var payload = new byte[DataHeader.Size + bytes.Length];
                DataRecord.Write(payload, new DataHeader(DataStream.Content, DataTransform.None, bytes.Length, offset));
                bytes.CopyTo(payload, DataHeader.Size);
                frames.Add(Frame(new RecordHeader(RecordType.Data, 0, payload.Length, ++data, fileIndex), payload));
            }
            var trailer = new byte[TrailerRecord.Length];
            new TrailerRecord(TrailerStatus.Complete, file.Size, file.Digest, file.Size).Write(trailer);
            frames.Add(Frame(new RecordHeader(RecordType.Trailer, 0, trailer.Length, ++data, fileIndex), trailer));
        }
        foreach (byte[] encoding in _nodes.Values)
        {
            var payload = new byte[NodeRecord.Length(encoding.Length)];
            NodeRecord.Write(payload, Session, encoding);
            frames.Add(Frame(new RecordHeader(RecordType.Node, 0, payload.Length, ++index, 0), payload));
        }
        position = new StreamPosition(data, index);
        return frames;
    }

    /// <summary>What a director answers to WantNodes.</summary>
    public IEnumerable<(FrameKind Kind, byte[] Payload)> ServeNodes(ReadOnlyMemory<byte> wanted)
    {
        foreach (NodeId id in CborMap.Decode<WantNodes>(wanted).Nodes)
        {
            byte[] payload = new byte[NodeRecord.Length(_nodes[id].Length)];
            NodeRecord.Write(payload, Session, _nodes[id]);
            yield return (FrameKind.Records, Frame(new RecordHeader(RecordType.Node, 0, payload.Length, 0, 0), payload));
        }
        yield return (FrameKind.Served, CborMap.Encode(new Served(0, [])));
    }

    /// <summary>What a storage node answers to Want; a file with a fault is named and not sent.</summary>
    public IEnumerable<(FrameKind Kind, byte[] Payload)> Serve(ReadOnlyMemory<byte> wanted, Func<long, string?> fault, string? gaveUp)
    {
        var faults = new List<ServeFault>();
        foreach (FileIndexRange range in CborMap.Decode<Want>(wanted).Ranges)
            for (long index = range.First; gaveUp is null && index <= range.Last; index++)
            {
                if (fault(index) is { } reason) faults.Add(new ServeFault(Session, index, reason));
                else foreach (byte[] frame in Frames(out _)
                    .Where(frame => RecordCodec.TryRead(frame, out RecordHeader header) && header.FileIndex == index))
                    yield return (FrameKind.Records, frame);
            }
        yield return gaveUp is null
            ? (FrameKind.Served, CborMap.Encode(new Served(0, faults)))
            : (FrameKind.Failed, CborMap.Encode(new SessionFailed(gaveUp)));
    }

    private static byte[] Frame(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[RecordHeader.Size + payload.Length];
        RecordCodec.Write(frame, header, payload);
        return frame;
    }

    private void Give(long index, IContentSink sink)
    {
        if (Silent.Contains(index))
        {
            sink.Fault(new ContentReference(Session, 0), "volume V1 ends too early");
            return;
        }
        var reference = new ContentReference(Session, index);
        if (Lost.Contains(index))
        {
            sink.Fault(reference, "block 7 is damaged");
            return;
        }
        StoredFile file = _files[index];
        foreach ((long offset, byte[] bytes) in file.Pieces)
        {
            byte[] piece = [.. bytes];
            Spoil(index, piece);
            sink.Data(new ContentPiece(reference, offset, piece));
        }
        sink.End(reference, file.Size, file.Digest);
    }

    private NodeId Capture(IOpenDirectory directory, byte[] path)
    {
        var listing = new DirectoryListing();
        Must(directory.List(listing));
        listing.Sort();
        var builder = new DirectoryBuilder((id, encoding) => _nodes[id] = encoding);
        for (int i = 0; i < listing.Count; i++)
        {
            TreeEntry entry = Entry(directory, BytePath.Join(path, listing[i]), listing[i].ToArray());
            if (entry.Kind == EntryKind.Directory) builder.AddDirectory(entry);
            else builder.AddFile(entry);
        }
        return builder.Complete();
    }

    private TreeEntry Entry(IOpenDirectory directory, byte[] path, byte[] name)
    {
        Must(directory.Status(name, out FileStatus status));
        Must(directory.ExtendedAttributes(name, out IReadOnlyList<ExtendedAttribute> attributes));
        byte[] target = [];
        if (status.Kind == EntryKind.Symlink) Must(directory.ReadLink(name, out target));
        NodeId child = default;
        if (status.Kind == EntryKind.Directory)
        {
            Must(directory.OpenDirectory(name, out IOpenDirectory? below));
            using (below) child = Capture(below!, path);
        }
        int known = _files.Count;
        bool isLinked = status.Kind != EntryKind.Directory && status.Links > 1;
        ContentReference reference = status.Kind == EntryKind.Directory ? default : Reference(directory, name, status, isLinked);
        var entry = new TreeEntry
        {
            Name = name, Kind = status.Kind, Mode = status.Mode, UserId = status.UserId, GroupId = status.GroupId, Size = status.Size,
            Modified = status.Modified, Changed = status.Changed, Inode = status.Inode, DeviceNumber = status.DeviceNumber,
            LinkTarget = target, ExtendedAttributes = attributes, Child = child, Reference = reference,
            Flags = (isLinked ? EntryFlags.HardLinked : 0) | (status.MayHaveHoles ? EntryFlags.Sparse : 0),
            Digest = reference.IsNone || status.Kind != EntryKind.File ? default : _files[reference.FileIndex].Digest,
        };
        _entries.Add((path, entry, reference.FileIndex, reference.FileIndex != 0 && _files.Count == known));
        return entry;
    }

    private ContentReference Reference(IOpenDirectory directory, byte[] name, FileStatus status, bool isLinked)
    {
        if (isLinked && _links.TryGetValue((status.Device, status.Inode), out ContentReference known)) return known;
        var reference = new ContentReference(Session, _files.Count + 1);
        if (isLinked) _links[(status.Device, status.Inode)] = reference;
        _files[reference.FileIndex] = status.Kind == EntryKind.File ? Read(directory, name, status) : new StoredFile(0, default, []);
        return reference;
    }

    private static StoredFile Read(IOpenDirectory directory, byte[] name, FileStatus status)
    {
        Must(directory.OpenFile(name, out IOpenFile? file));
        using (file)
        {
            var pieces = new List<(long, byte[])>();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            bool sparse = status.MayHaveHoles;
            for (long at = 0; at < status.Size;)
            {
                var extent = new FileExtent(at, status.Size - at);
                if (sparse) Must(file!.NextExtent(at, out extent));
                if (extent.Length == 0) break;
                if (sparse) Append(hash, extent.Offset, extent.Length);
                ReadExtent(file!, extent, hash, pieces);
                at = extent.Offset + extent.Length;
            }
            if (sparse) Append(hash, status.Size);
            var digest =
                new Digest(sparse ? DigestAlgorithm.Sha256OverExtents : DigestAlgorithm.Sha256, Hash256.Read(hash.GetHashAndReset()));
            return new StoredFile(status.Size, digest, pieces);
        }
    }

    private static void ReadExtent(IOpenFile file, FileExtent extent, IncrementalHash hash, List<(long, byte[])> pieces)
    {
        for (long done = 0; done < extent.Length;)
        {
            var buffer = new byte[Math.Min(1 << 20, extent.Length - done)];
            Must(file.Read(extent.Offset + done, buffer, out int count));
            byte[] piece = buffer[..count];
            hash.AppendData(piece);
            pieces.Add((extent.Offset + done, piece));
            done += count;
        }
    }

    private static void Append(IncrementalHash hash, params ReadOnlySpan<long> numbers)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        foreach (long number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }

    private static void Must(SystemFault fault)
    {
        if (!fault.IsNone) throw new IOException(fault.Words);
    }
}
