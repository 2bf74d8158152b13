using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;
using CsCheck;

namespace Backup.Tests.Unit.Volumes;

public class RecordTests
{
    [Fact]
    public void Attributes_of_any_entry_come_back_the_same_within_their_bound() =>
        Gen.Select(Samples.GenEntry, Gen.Int[0, 70_000]).Sample((entry, parent) =>
        {
            byte[] path = [.. "/"u8, .. Enumerable.Repeat((byte)'d', parent), (byte)'/', .. entry.Name];
            var payload = new byte[AttributesRecord.LengthMax(path.Length, entry)];
            int length = AttributesRecord.Write(payload, path, entry);
            AttributesRecord back = AttributesRecord.Decode(payload.AsMemory(0, length));
            Assert.Equal(path, back.Path);
            Assert.Equal(Samples.Show(entry, withContent: false), Samples.Show(back.Entry, withContent: false));
            Assert.True(AttributesRecord.TryReadPath(payload.AsSpan(0, length), out ReadOnlySpan<byte> quick, out EntryKind kind));
            Assert.True(quick.SequenceEqual(path));
            Assert.Equal(entry.Kind, kind);
        }, iter: 300);

    [Fact]
    public void Attributes_of_any_changed_byte_give_a_record_or_their_own_exception() =>
        Gen.Select(Samples.GenEntry, Gen.Int[0, 100_000], Gen.Byte, Gen.Bool).Sample((entry, at, value, cut) =>
        {
            byte[] path = [(byte)'/', .. entry.Name];
            var payload = new byte[AttributesRecord.LengthMax(path.Length, entry)];
            int length = AttributesRecord.Write(payload, path, entry);
            at %= length;
            payload[at] = value;
            Memory<byte> changed = payload.AsMemory(0, cut ? at : length);
            AttributesRecord.TryReadPath(changed.Span, out _, out _);
            try
            {
                AttributesRecord.Decode(changed);
            }
            catch (VolumeFormatException)
            {
            }
        }, iter: 3000);

    [Fact]
    public void Attributes_of_the_same_entry_are_written_without_allocation()
    {
        TreeEntry entry = Samples.File("name", 5, new Random(1));
        var payload = new byte[1024];
        AttributesRecord.Write(payload, "/some/where/name"u8, entry);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) AttributesRecord.Write(payload, "/some/where/name"u8, entry);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Cursor_goes_over_whole_records_and_refuses_a_cut_one()
    {
        var frame = new byte[200];
        int length = RecordCodec.Write(frame, new RecordHeader(RecordType.Data, RecordFlags.None, 5, 1, 9), "12345"u8);
        length += RecordCodec.Write(frame.AsSpan(length), new RecordHeader((RecordType)999, RecordFlags.FurtherName, 0, 2, 9), []);
        var cursor = new RecordCursor(frame.AsSpan(0, length));
        Assert.True(cursor.Next());
        Assert.Equal(new RecordHeader(RecordType.Data, RecordFlags.None, 5, 1, 9), cursor.Header);
        Assert.True(cursor.Payload.SequenceEqual("12345"u8));
        Assert.True(cursor.Next());
        Assert.Equal(new RecordHeader((RecordType)999, RecordFlags.FurtherName, 0, 2, 9), cursor.Header);
        Assert.False(cursor.Next());
        for (int cut = 1; cut < length; cut++) Assert.Equal(cut == 29, ReadsWell(frame.AsSpan(0, cut)));
    }

    private static bool ReadsWell(ReadOnlySpan<byte> frame)
    {
        try
        {
            var cursor = new RecordCursor(frame);
            while (cursor.Next()) { }
            return true;
        }
        catch (VolumeFormatException)
        {
            return false;
        }
    }

    [Fact]
    public void Cursor_over_any_bytes_ends() => Gen.Byte.Array[0, 300].Sample(bytes => { ReadsWell(bytes); }, iter: 1000);

    [Fact]
    public void Data_header_refuses_what_cannot_be()
    {
        var payload = new byte[DataHeader.Size + 3];
        DataRecord.Write(payload, new DataHeader(DataStream.Content, DataTransform.None, 3, 1L << 40));
        Assert.True(DataRecord.TryRead(payload, out DataHeader header, out ReadOnlySpan<byte> bytes));
        Assert.Equal(new DataHeader(DataStream.Content, DataTransform.None, 3, 1L << 40), header);
        Assert.Equal(3, bytes.Length);
        Assert.False(DataRecord.TryRead(payload.AsSpan(0, 18), out _, out _));
        DataRecord.Write(payload, new DataHeader(DataStream.Content, DataTransform.Zstd, 3, long.MaxValue));
        Assert.False(DataRecord.TryRead(payload, out _, out _));
        Assert.False(DataRecord.TryRead(payload.AsSpan(0, 15), out _, out _));
    }

    [Fact]
    public void Trailer_node_and_note_come_back_the_same()
    {
        var trailer = new TrailerRecord(TrailerStatus.Changed, 1L << 50, new Digest(DigestAlgorithm.Sha256OverExtents, new Hash256(1, 2,
            3, 4)), 77);
        var payload = new byte[TrailerRecord.Length];
        trailer.Write(payload);
        Assert.True(TrailerRecord.TryRead(payload, out TrailerRecord back));
        Assert.Equal(trailer, back);
        Assert.False(TrailerRecord.TryRead(payload.AsSpan(1), out _));

        var node = new byte[NodeRecord.Length(3)];
        NodeRecord.Write(node, Samples.Session, "abc"u8);
        Assert.True(NodeRecord.TryRead(node, out var holder, out ReadOnlySpan<byte> encoding));
        Assert.Equal(Samples.Session, holder);
        Assert.True(encoding.SequenceEqual("abc"u8));
        Assert.False(NodeRecord.TryRead(node.AsSpan(0, 16), out _, out _));

        var file = new UnsavedFile([0xff, (byte)'/'], UnsavedReason.ReadError, "Input/output error");
        UnsavedFile note = UnsavedRecord.Decode(UnsavedRecord.Encode(file));
        Assert.Equal((file.Reason, file.Detail, Convert.ToHexString(file.Path)), (note.Reason, note.Detail,
            Convert.ToHexString(note.Path)));
        Assert.Throws<WireFormatException>(() => UnsavedRecord.Decode(new byte[] { 1, 2, 3 }));
    }

    [Fact]
    [Trait("Req", "FMT-01")]
    public void Ids_and_digests_are_byte_strings_in_a_map()
    {
        byte[] map = CborMap.Encode(new WantNodes([new NodeId(new Hash256(1, 2, 3, 4))]));
        Assert.Equal("A1656E6F646573815820" + string.Concat(Enumerable.Range(1, 4).Select(n => $"{n:X16}")), Convert.ToHexString(map));
        Assert.Equal(4ul, Assert.Single(CborMap.Decode<WantNodes>(map).Nodes).Value.D);
    }

    [Fact]
    public void Crc32C_is_the_published_one_and_the_same_in_every_form()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8)); // the check value of CRC-32/ISCSI
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32])); // RFC 3720 B.4
        Gen.Byte.Array[0, 9000].Sample(bytes =>
            Assert.Equal(~Crc32C.UpdateByTable(uint.MaxValue, bytes), Crc32C.Compute(bytes)), iter: 200);
    }
}
