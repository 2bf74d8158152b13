using System.Text;
using Backup.Messages.Clients;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Media;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

/// <summary>
/// A volume in memory, or in another drive, and sessions that write on it: records made from a seed, remembered for comparison.
/// </summary>
internal sealed class VolumeBench
{
    public const string Name = "Vol-0001";
    public static readonly Instant Now = new(1_764_000_000, 0);

    public MemoryDrive Drive { get; } = new();

    /// <summary>The drive that is written: the one in memory where no other was given.</summary>
    public IDrive Written { get; }
    public VolumeLabel Label { get; } = LabelOf(Name, 1);

    public VolumeBench(IDrive? other = null)
    {
        Written = other ?? Drive;
        VolumeWriter.Label(Written, Label);
    }

    public List<byte[]?> Medium => Drive.Media[Name];

    public static VolumeLabel LabelOf(string name, int life) => new(
        name, new VolumeLifeId(new Guid(life, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
            new InstallationId(new Guid("99999999-8888-4777-8666-555555555555")), "Full", "disk1",
        "host.example", "Linux host 6.1 x86_64", "0.1.0", VolumeText.FormatVersion, 64 << 10, new Instant(1_763_900_000, 0),
        BlockCodec.ShortestBlock);

    public VolumeWriter Append(string name = Name) => VolumeWriter.OpenForAppend(Written, name, null, TimeProvider.System);

    public static SessionLabel Start(SessionId session, int job) => new(
        session, new InstallationId(new Guid("99999999-8888-4777-8666-555555555555")), new JobId(job), "nightly", JobType.Backup,
            JobLevel.Full, JobLevel.Incremental,
        "client1", new ClientPlatform("client1.example", "Linux", "6.1", "x86_64", "debian 12", "0.1.0", "ext4"), "Everything",
            "root /\n", new Hash256(1, 2, 3, 4),
        "Full", "disk1", Now, Now, null, NodeId.Empty, true, "lena", "0.1.0", 0);

    public static SessionSeal Seal(StreamPosition position) =>
        new(position, NodeId.Empty, new SessionTotals(1, 1, 1, 1, position.Data, position.Index, 0, 0), [], Now, Now, null);

    public ReadResult ReadAll(string name = Name)
    {
        using VolumeReader reader = VolumeReader.Open(Written, name);
        var result = new ReadResult();
        result.Summary = reader.ReadAll(result);
        return result;
    }
}

/// <summary>A session's records, made on demand with the right sequences.</summary>
internal sealed class Stream(SessionId session, int seed)
{
    private readonly Random _random = new(seed);
    private long _data;
    private long _index;
    private long _fileIndex;

    public SessionId Session => session;
    public StreamPosition Position => new(_data, _index);

    /// <summary>Each record given out: what it is and a digest of its payload.</summary>
    public List<string> Given { get; } = [];

    public byte[] File(int size)
    {
        var frame = new List<byte>();
        _fileIndex++;
        byte[] path = Encoding.UTF8.GetBytes($"/{session.Value.ToString("N")[..2]}/file{_fileIndex:d5}");
        var attributes = new byte[1024];
        TreeEntry entry = Samples.File($"file{_fileIndex:d5}", (int)_fileIndex, _random, size);
        frame.AddRange(Data(RecordType.Attributes, attributes.AsSpan(0, AttributesRecord.Write(attributes, path, entry))));
        for (int offset = 0; offset < size; offset += 100_000)
        {
            var payload = new byte[DataHeader.Size + Math.Min(100_000, size - offset)];
            DataRecord.Write(payload, new DataHeader(DataStream.Content, DataTransform.None, payload.Length - DataHeader.Size, offset));
            _random.NextBytes(payload.AsSpan(DataHeader.Size));
            frame.AddRange(Data(RecordType.Data, payload));
        }
        var trailer = new byte[TrailerRecord.Length];
        new TrailerRecord(TrailerStatus.Complete, size, entry.Digest, size).Write(trailer);
        frame.AddRange(Data(RecordType.Trailer, trailer));
        return [.. frame];
    }

    public byte[] Node(int size)
    {
        var payload = new byte[size];
        _random.NextBytes(payload);
        return Record(RecordType.Node, ++_index, 0, payload);
    }

    /// <summary>A node as the catalog takes it: its holder and bytes that stand for an encoding.</summary>
    public byte[] TreeNode(int size)
    {
        var encoding = new byte[size];
        _random.NextBytes(encoding);
        var payload = new byte[NodeRecord.Length(size)];
        NodeRecord.Write(payload, session, encoding);
        return Record(RecordType.Node, ++_index, 0, payload);
    }

    public byte[] Note(string path) => Record(RecordType.Unsaved, ++_index, 0,
        UnsavedRecord.Encode(new UnsavedFile(Encoding.UTF8.GetBytes(path), UnsavedReason.PermissionDenied, "Permission denied")));

    private byte[] Data(RecordType type, ReadOnlySpan<byte> payload) => Record(type, ++_data, _fileIndex, payload);

    private byte[] Record(RecordType type, long sequence, long fileIndex, ReadOnlySpan<byte> payload)
    {
        var record = new byte[RecordHeader.Size + payload.Length];
        var header = new RecordHeader(type, RecordFlags.None, payload.Length, sequence, fileIndex);
        RecordCodec.Write(record, header, payload);
        Given.Add(ReadResult.Show(session, header, payload));
        return record;
    }
}

/// <summary>What a reading gave.</summary>
internal sealed class ReadResult : IRecordSink
{
    public List<string> Records { get; } = [];
    public List<VolumeFault> Faults { get; } = [];
    public HashSet<long> Blocks { get; } = [];
    public ReadSummary Summary { get; set; } = new(0, 0, 0, 0);
    public string Format { get; private set; } = "";

    public IEnumerable<string> Of(SessionId session) => Records.Where(r => r.StartsWith(session.ToString(), StringComparison.Ordinal));

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        Blocks.Add(place.Block);
        if (header.Type == RecordType.FormatText) Format = Encoding.UTF8.GetString(payload);
        if (Lanes.Of(header.Type) != Lane.None) Records.Add(Show(place.Session, header, payload));
        return true;
    }

    public void Report(VolumeFault fault) => Faults.Add(fault);

    public static string Show(SessionId session, in RecordHeader header, ReadOnlySpan<byte> payload) =>
        $"{session} {Lanes.Of(header.Type)} {header.Sequence:d6} {header.Type} "
        + $"file {header.FileIndex} {Crc32C.Compute(payload):x8}";
}
