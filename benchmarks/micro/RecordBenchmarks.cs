using System.Text;
using Backup.Messages.Values;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>The records around one file's content.</summary>
public class RecordBenchmarks
{
    private readonly byte[] _path = Encoding.ASCII.GetBytes("/srv/data/projects/one/of/many/directories/file-000001");
    private readonly TreeEntry _entry = Samples.File(1);
    private readonly byte[] _written = new byte[1024];
    private readonly byte[] _attributes;

    public RecordBenchmarks() => _attributes = _written[..AttributesRecord.Write(_written, _path, _entry)];

    [Benchmark(Description = "attributes record: write")]
    public int WriteAttributes() => AttributesRecord.Write(_written, _path, _entry);

    [Benchmark(Description = "attributes record: read")]
    public TreeEntry ReadAttributes() => AttributesRecord.Decode(_attributes).Entry;

    [Benchmark(Description = "trailer record: write and read")]
    public long Trailer()
    {
        new TrailerRecord(TrailerStatus.Complete, _entry.Size, _entry.Digest, _entry.Size).Write(_written);
        return TrailerRecord.TryRead(_written, out TrailerRecord trailer) ? trailer.Size : throw new InvalidOperationException("no trailer");
    }

    [Benchmark(Description = "record header: write and read")]
    public long Header()
    {
        RecordCodec.Write(_written, new RecordHeader(RecordType.Data, RecordFlags.None, 100, 7, 8));
        return RecordCodec.TryRead(_written, out RecordHeader header) ? header.Sequence : throw new InvalidOperationException("no header");
    }
}
