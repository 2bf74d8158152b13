using System.Globalization;
using System.Text;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Blocks;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Benchmarks.Micro;

/// <summary>What is measured with: the same in every run.</summary>
internal static class Samples
{
    private const int Seed = 20_000;

    /// <summary>A small file, as half of a usual tree has them.</summary>
    public const int FileBytes = 8 << 10;

    public static SessionId Session { get; } = SessionId.Read([.. Enumerable.Range(1, 16).Select(i => (byte)i)]);

    /// <summary>Half random, half text: what compresses to a bit more than half.</summary>
    public static byte[] Content(int length)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // the same bytes in every run
        new Random(Seed).NextBytes(bytes.AsSpan(0, length / 2));
#pragma warning restore CA5394
        ReadOnlySpan<byte> text = "the quick brown fox jumps over the lazy dog; "u8;
        for (int at = length / 2; at < length; at += text.Length) text[..Math.Min(text.Length, length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    public static TreeEntry File(int number) => new()
    {
        Name = Encoding.ASCII.GetBytes("file-" + number.ToString("d6", CultureInfo.InvariantCulture)),
        Kind = EntryKind.File,
        Mode = 0x1a4,
        UserName = "root",
        GroupName = "root",
        Size = FileBytes,
        Modified = new Instant(1_700_000_000 + number, 123_456_789),
        Changed = new Instant(1_700_000_000 + number, 987_654_321),
        Born = new Instant(1_600_000_000, 5),
        Inode = (ulong)(1_000_000 + number),
        Digest = new Digest(DigestAlgorithm.Sha256, new Hash256((ulong)number, 2, 3, 4)),
        Reference = new ContentReference(Session, number + 1),
    };

    /// <summary>One full block of the default size with the records of small files, sealed.</summary>
    public static byte[] Block()
    {
        var block = new byte[BlockCodec.SizeDefault];
        int at = BlockHeader.Size + RunHeader.Size;
        byte[] content = Content(FileBytes);
        for (int number = 1; at + FragmentHeader.Size + RecordHeader.Size + content.Length <= block.Length; number++)
        {
            int record = RecordHeader.Size + content.Length;
            new FragmentHeader(record, FragmentFlags.First | FragmentFlags.Last, 0).Write(block.AsSpan(at));
            var header = new RecordHeader(RecordType.Data, RecordFlags.None, content.Length, number, number);
            RecordCodec.Write(block.AsSpan(at + FragmentHeader.Size), header, content);
            at += FragmentHeader.Size + record;
        }
        new RunHeader(Session, 1, at - BlockHeader.Size - RunHeader.Size).Write(block.AsSpan(BlockHeader.Size));
        BlockCodec.Seal(block, 0, new BlockHeader(BlockFlags.None, at, default, 7, 3));
        return block;
    }
}
