using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Wire;
using Backup.TestKit.Trees;
using Backup.Tests.Unit.Restore;
using Backup.Tests.Unit.Volumes;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Records;
using Backup.VolumeTool.Commands;
using Backup.VolumeTool.Objects;

namespace Backup.Tests.Unit.VolumeTool;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RecordFieldsTests : IDisposable
{
    private const int Cases = 20_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Req", "FMT-03")]
    public void Ls_objects_shows_each_record_with_its_fields_and_of_a_type_it_does_not_know_what_its_header_says()
    {
        CapturedTree tree = Make();
        Append((RecordType)777, [1, 2, 0xfe]);

        (int status, string output) = Run("ls", "--objects", _folder["volumes/V1"]);

        Assert.Equal(0, status);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.StartsWith("block 0  VolumeLabel (32)  of the volume  attempt 0  flags 0  sequence 0  file 0  ", lines[0],
            StringComparison.Ordinal);
        Assert.Contains("  name  V1", lines);
        Assert.Contains("  blockSize  65536", lines);
        Assert.Contains(lines, line => line.Contains($"Attributes (1)  session {tree.Session}  attempt 1", StringComparison.Ordinal));
        Assert.Contains("  path  /d/new\\x0aline", lines);
        Assert.Contains("  mode  0640", lines);
        Assert.Contains("  rows[0].name  new\\x0aline", lines);
        Assert.Contains(lines, line => line.EndsWith("unknown (777)  session " + tree.Session + "  attempt 1  flags 5  sequence 0  file 0  "
            + "3 bytes", StringComparison.Ordinal));
        Assert.Contains("  firstBytes  0102fe", lines);
        Assert.EndsWith("1 of them of types that this version does not know, 0 faults", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "FMT-03")]
    public void Ls_objects_as_json_is_a_document_a_record()
    {
        Make();

        (int status, string output) = Run("ls", "--objects", "--json", _folder["volumes/V1"]);

        Assert.Equal(0, status);
        JsonElement[] documents = [.. output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement trailer = documents.First(document =>
            document.TryGetProperty("name", out JsonElement name) && name.GetString() == "Trailer");
        Assert.Equal(3, trailer.GetProperty("type").GetInt32());
        Assert.Equal(7, trailer.GetProperty("fields").GetProperty("size").GetInt64());
        Assert.Equal(documents.Length - 1, documents[^1].GetProperty("records").GetInt64());
        Assert.DoesNotContain("\"error\"", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "FMT-03")]
    public void Payloads_that_are_none_are_told_by_their_first_bytes_and_nothing_is_thrown()
    {
        var chance = new Random(3);
        (RecordType Type, byte[] Payload)[] good =
        [
            (RecordType.VolumeLabel, CborMap.Encode(VolumeBench.LabelOf("V", 1))),
            (RecordType.SessionStart, CborMap.Encode(VolumeBench.Start(Samples.Session, 1))),
            (RecordType.BlockTable, CborMap.Encode(new BlockTable(Samples.Session, 9, [1, 2, 3], [2, 1, 4], [0x81, 1, 3, 9]))),
            .. VolumeRecords(new Volumes.Stream(Samples.Session, 1)),
        ];
        foreach ((RecordType type, byte[] payload) in good.Where(one => one.Type != RecordType.Node))
            Assert.False(RecordFields.Of(type, payload).ContainsKey("error"));
        int refused = 0;
        for (int n = 0; n < Cases; n++)
        {
            (RecordType type, byte[] payload) = good[chance.Next(good.Length)];
            byte[] bytes = [.. payload];
            for (int flips = chance.Next(1, 4); flips > 0; flips--) bytes[chance.Next(bytes.Length)] ^= (byte)chance.Next(1, 256);
            JsonObject fields = RecordFields.Of(type, bytes.AsSpan(0, chance.Next(bytes.Length + 1)));
            if (fields.ContainsKey("error")) refused++;
            else Assert.NotNull(fields.ToJsonString());
        }
        Assert.InRange(refused, Cases / 4, Cases - 1);
    }

    [Fact]
    [Trait("Req", "FMT-03")]
    public void Bytes_that_would_grow_without_end_are_refused()
    {
        byte[] deep = [.. Enumerable.Repeat((byte)0x81, 100_000), 0];
        byte[] many = [0xa1, 0x61, (byte)'v', 0x9a, 0, 0x20, 0, 0, .. new byte[0x200000]];
        byte[] column = CborMap.Encode(new BlockTable(Samples.Session, 1, new byte[1 << 20], new byte[1 << 20], new byte[1 << 20]));

        Assert.Contains("deep", Refusal(RecordType.Commit, [0xa1, 0x61, (byte)'v', .. deep]), StringComparison.Ordinal);
        Assert.Contains("more than", Refusal(RecordType.Commit, many), StringComparison.Ordinal);
        Assert.Contains("too long", Refusal(RecordType.BlockTable, column), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json goes with --objects", "--json")]
    [InlineData("--objects goes with --json alone", "--objects", "--long")]
    public void Options_that_do_not_go_together_are_refused(string words, params string[] options)
    {
        using StringWriter output = new(), errors = new();
        Assert.Equal(1, ToolCommands.Run(["ls", "V1", .. options], output, errors));
        Assert.Contains(words, errors.ToString(), StringComparison.Ordinal);
    }

    private static string Refusal(RecordType type, byte[] payload) => $"{RecordFields.Of(type, payload)["error"]}";

    private CapturedTree Make()
    {
        string source = Directory.CreateDirectory(_folder["source/d"]).FullName;
        File.WriteAllText(source + "/new\nline", "content");
        File.SetUnixFileMode(source + "/new\nline", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Directory.CreateDirectory(_folder["volumes"]);
        return VolumeMaker.Make(_folder["source"], _folder["volumes"], "V1");
    }

    /// <summary>A block of one record behind the volume's last filemark.</summary>
    private void Append(RecordType type, byte[] payload)
    {
        var session = new SessionId(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        var record = new byte[RecordHeader.Size + payload.Length];
        RecordCodec.Write(record, new RecordHeader(type, (RecordFlags)5, payload.Length, 0, 0), payload);
        int length = BlockHeader.Size + RunHeader.Size + FragmentHeader.Size + record.Length;
        using var block = new AlignedBuffer(length);
        Span<byte> at = block.Span[BlockHeader.Size..];
        new RunHeader(session, 1, FragmentHeader.Size + record.Length).Write(at);
        new FragmentHeader(record.Length, FragmentFlags.First | FragmentFlags.Last, 0).Write(at[RunHeader.Size..]);
        record.CopyTo(at[(RunHeader.Size + FragmentHeader.Size)..]);
        using FileStream file = File.Open(_folder["volumes/V1"], FileMode.Open);
        long place = 1 + (file.Length - (64 << 10) + VolumeMaker.BlockSize - 1) / VolumeMaker.BlockSize;
        BlockCodec.Seal(block.Span, 0, new BlockHeader(BlockFlags.None, length, VolumeMaker.Life, place, 0));
        file.Position = (64 << 10) + (place - 1) * VolumeMaker.BlockSize;
        file.Write(block.Span[..length]);
    }

    private static List<(RecordType Type, byte[] Payload)> VolumeRecords(Volumes.Stream stream)
    {
        byte[] frame = [.. stream.File(300), .. stream.Note("/a"), .. stream.TreeNode(50)];
        var records = new List<(RecordType, byte[])>();
        var cursor = new RecordCursor(frame);
        while (cursor.Next()) records.Add((cursor.Header.Type, cursor.Payload.ToArray()));
        return records;
    }

    private static (int Status, string Output) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int status = ToolCommands.Run(arguments, output, errors);
        Assert.Equal("", errors.ToString());
        return (status, output.ToString());
    }
}
