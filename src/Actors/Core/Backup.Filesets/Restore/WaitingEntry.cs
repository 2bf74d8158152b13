using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>
/// An entry in the list of those that wait for content: its path and what a restore sets, laid out as this process has it in memory, for
/// the list never outlives the process.
/// </summary>
internal static class WaitingEntry
{
    private struct Head
    {
        public int Whole; // bytes of the entry, this head included
        public int PathBytes;
        public int TargetBytes;
        public int Attributes;
        public EntryKind Kind;
        public EntryFlags Flags;
        public uint Mode, User, Group;
        public long Size;
        public ulong Device;
        public Instant Modified;
        public Digest Digest;
    }

    /// <summary>Before the name and the value of an extended attribute.</summary>
    private const int LengthsBytes = 2 * sizeof(int);

    public static int HeadBytes => Unsafe.SizeOf<Head>();

    public static int LengthOf(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        int length = HeadBytes + path.Length + entry.LinkTarget.Length;
        foreach (ExtendedAttribute attribute in entry.ExtendedAttributes)
            length += LengthsBytes + attribute.Name.Length + attribute.Value.Length;
        return length;
    }

    /// <summary>The length of the entry that begins with these bytes.</summary>
    public static int LengthAt(ReadOnlySpan<byte> head) => MemoryMarshal.Read<Head>(head).Whole;

    /// <summary>Writes <see cref="LengthOf"/> bytes.</summary>
    public static void Write(Span<byte> bytes, ReadOnlySpan<byte> path, TreeEntry entry)
    {
        MemoryMarshal.Write(bytes, new Head
        {
            Whole = LengthOf(path, entry), PathBytes = path.Length, TargetBytes = entry.LinkTarget.Length,
            Attributes = entry.ExtendedAttributes.Count, Kind = entry.Kind, Flags = entry.Flags, Mode = entry.Mode, User = entry.UserId,
            Group = entry.GroupId, Size = entry.Size, Device = entry.DeviceNumber, Modified = entry.Modified, Digest = entry.Digest,
        });
        bytes = bytes[HeadBytes..];
        Put(ref bytes, path);
        Put(ref bytes, entry.LinkTarget);
        foreach (ExtendedAttribute attribute in entry.ExtendedAttributes)
        {
            MemoryMarshal.Write(bytes, attribute.Name.Length);
            MemoryMarshal.Write(bytes[sizeof(int)..], attribute.Value.Length);
            bytes = bytes[LengthsBytes..];
            Put(ref bytes, attribute.Name);
            Put(ref bytes, attribute.Value);
        }
    }

    public static TreePlace Read(ReadOnlySpan<byte> bytes, ContentReference reference)
    {
        var head = MemoryMarshal.Read<Head>(bytes);
        bytes = bytes[HeadBytes..];
        byte[] path = Take(ref bytes, head.PathBytes);
        return new TreePlace(path, new TreeEntry
        {
            Name = [], Kind = head.Kind, Flags = head.Flags, Mode = head.Mode, UserId = head.User, GroupId = head.Group, Size = head.Size,
            DeviceNumber = head.Device, Modified = head.Modified, Digest = head.Digest, Reference = reference,
            LinkTarget = Take(ref bytes, head.TargetBytes),
            ExtendedAttributes = head.Attributes == 0 ? [] : Attributes(bytes, head.Attributes),
        });
    }

    private static ExtendedAttribute[] Attributes(ReadOnlySpan<byte> bytes, int count)
    {
        var attributes = new ExtendedAttribute[count];
        for (int i = 0; i < count; i++)
        {
            int name = MemoryMarshal.Read<int>(bytes), value = MemoryMarshal.Read<int>(bytes[sizeof(int)..]);
            bytes = bytes[LengthsBytes..];
            attributes[i] = new ExtendedAttribute(Take(ref bytes, name), Take(ref bytes, value));
        }
        return attributes;
    }

    private static void Put(ref Span<byte> room, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(room);
        room = room[bytes.Length..];
    }

    private static byte[] Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        byte[] taken = bytes[..count].ToArray();
        bytes = bytes[count..];
        return taken;
    }
}
