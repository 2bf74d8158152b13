using System.Text;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;
using CsCheck;

namespace Backup.Tests.Unit.Volumes;

/// <summary>Entries and trees for the tests of the format: made from seeds, the same each time.</summary>
internal static class Samples
{
    public static readonly SessionId Session = new(new Guid("11111111-2222-4333-8444-555555555555"));
    public static readonly SessionId OtherSession = new(new Guid("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"));

    public static TreeEntry Directory(string name, NodeId child) => new()
    {
        Name = Encoding.UTF8.GetBytes(name), Kind = EntryKind.Directory, Mode = 0x1ed, Modified = new Instant(1_700_000_000, 5),
            Inode = 77, Child = child,
    };

    /// <summary>A file as a copied tree has them: times of this day, a random digest, file indexes one after another.</summary>
    public static TreeEntry File(string name, int number, Random random, long? size = null)
    {
        var digest = new byte[Hash256.Size];
        random.NextBytes(digest);
        var modified = new Instant(1_600_000_000 + random.Next(100_000_000), (uint)random.Next(1_000_000_000));
        var changed = new Instant(1_764_000_000 + number / 1000, (uint)(number % 1000) * 4_000_000 / 4 % 1_000_000_000);
        return new TreeEntry
        {
            Name = Encoding.UTF8.GetBytes(name), Kind = EntryKind.File, Mode = 0x1a4, UserId = 1000, GroupId = 1000, UserName = "lena",
                GroupName = "users",
            Size = size ?? random.Next(16_384), Modified = modified, Changed = changed, Born = changed, Inode = 5_000_000 + (ulong)number,
            Digest = new Digest(DigestAlgorithm.Sha256, Hash256.Read(digest)), Reference = new ContentReference(Session, number),
        };
    }

    private static readonly Gen<byte[]> GenBytes = Gen.Byte.Array[0, 40];
    private static readonly Gen<byte[]> GenName = Gen.Byte.Array[1, 60].Select(bytes => bytes.Select(b =>
        b is 0 or (byte)'/' or (byte)'.' ? (byte)'x' : b).ToArray());
    private static readonly Gen<Instant> GenTime = Gen.OneOf(
        Gen.Const(default(Instant)), Gen.Select(Gen.Long, Gen.UInt[0, 999_999_999]).Select((s, n) => new Instant(s, n)));

    public static readonly Gen<TreeEntry> GenEntry =
        from name in GenName
        from kind in Gen.Int[1, 7]
        from numbers in Gen.ULong.Array[8]
        from texts in Gen.Int[0, 3].Select(i => new[] { "", "root", "Ünïcode", "backup" }[i]).Array[2]
        from times in GenTime.Array[3]
        from target in GenBytes
        from attributes in Gen.Select(GenName, GenBytes).Array[0, 3]
        from digest in Gen.OneOf(Gen.Const(Digest.None), Gen.ULong.Array[4].Select(v =>
            new Digest(DigestAlgorithm.Sha256, new Hash256(v[0], v[1], v[2], v[3]))))
        from reference in Gen.OneOf(Gen.Const(0L), Gen.Long[1, long.MaxValue])
        select new TreeEntry
        {
            Name = name, Kind = (EntryKind)kind, Mode = (uint)numbers[0] & 0xfff, UserId = (uint)numbers[1], GroupId = (uint)numbers[2],
            UserName = texts[0], GroupName = texts[1], Size = (long)(numbers[3] >> 1), Modified = times[0], Changed = times[1],
                Born = times[2],
            Inode = numbers[4], DeviceNumber = numbers[5], LinkTarget = target,
            ExtendedAttributes = [.. attributes.Select(a => new ExtendedAttribute(a.Item1, a.Item2))],
            Flags = (EntryFlags)((uint)numbers[6] & 31), StaleReason = (UnsavedReason)((uint)numbers[7] % 10), Digest = digest,
            Reference = reference == 0 ? ContentReference.None : new ContentReference(reference % 2 == 0 ? Session
                : OtherSession, reference),
            Child = kind == (int)EntryKind.Directory ? new NodeId(new Hash256(numbers[0], numbers[1], 1, 1)) : NodeId.Empty,
        };

    /// <summary>Every field in one line, so that equal lines mean equal entries.</summary>
    public static string Show(TreeEntry e, bool withContent = true) =>
        $"{Convert.ToHexString(e.Name)} {e.Kind} {e.Mode} {e.UserId} {e.GroupId} {e.UserName} {e.GroupName} "
        + $"{e.Size} {Show(e.Modified)} {Show(e.Changed)} {Show(e.Born)} "
        + $"{e.Inode} {e.DeviceNumber} {Convert.ToHexString(e.LinkTarget)} {e.Flags} {e.StaleReason} "
        + string.Join(',', e.ExtendedAttributes.Select(a => $"{Convert.ToHexString(a.Name)}={Convert.ToHexString(a.Value)}"))
        + (withContent ? $" {e.Digest} {e.Reference} {e.Child}" : "");

    private static string Show(Instant time) => $"{time.Seconds}.{time.Nanoseconds}";
}

/// <summary>Nodes in memory, with a count of reads.</summary>
internal sealed class NodeShelf : INodeSource
{
    public Dictionary<NodeId, byte[]> Nodes { get; } = [];
    public int Reads { get; private set; }

    public void Add(NodeId id, byte[] encoding) => Nodes[id] = encoding;

    public byte[]? Find(NodeId id)
    {
        Reads++;
        return Nodes.GetValueOrDefault(id);
    }
}
