using System.Security.Cryptography;
using System.Text;
using Backup.Catalog;
using Backup.Catalog.Sqlite;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Volumes.Trees;
using Dapper;
using Microsoft.Data.Sqlite;
using ZstdNet;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>How much room the SQLite catalog takes, counted in pages of its file, indexes included.</summary>
public sealed class SqliteSizeTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("catalog-size");
    private readonly string _path;
    private readonly ICatalog _catalog;

    public SqliteSizeTests()
    {
        _path = Path.Combine(_directory.FullName, "catalog.db");
        _catalog = SqliteCatalog.Open(_path);
        _catalog.Clients.RecordFileSet(FileSetVersion());
        _catalog.Volumes.Record(Volume("V1"));
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    [Trait("Req", "CAT-20")]
    public void A_job_over_an_unchanged_tree_adds_less_than_a_kibibyte()
    {
        const int Jobs = 200;
        JobId full = Save(JobLevel.Full, null, Node("root", default));
        long before = BytesUsed();
        JobId reference = full;
        for (int i = 0; i < Jobs; i++) reference = Save(JobLevel.Incremental, reference);
        long each = (BytesUsed() - before) / Jobs;
        Assert.InRange(each, 1, 1024);
    }

    [Fact]
    [Trait("Req", "CAT-20")]
    public void A_second_full_of_the_same_tree_adds_no_node_again()
    {
        StoredNode[] nodes = Nodes(200);
        Save(JobLevel.Full, null, nodes);
        long before = BytesUsed();
        Save(JobLevel.Full, null, nodes);
        const int FilesANode = 50;
        Assert.InRange((BytesUsed() - before) / (double)(nodes.Length * FilesANode), 0, 2);
    }

    [Fact]
    [Trait("Req", "CAT-05")]
    public void Nodes_of_50_files_cost_their_compressed_bytes_and_4_bytes_a_file()
    {
        StoredNode[] nodes = Nodes(1000);
        using var options = new CompressionOptions(1);
        using var compressor = new Compressor(options);
        long compressed = nodes.Sum(node => (long)compressor.Wrap(node.Encoding).Length);
        long before = BytesUsed();
        Save(JobLevel.Full, null, nodes);
        double overhead = (BytesUsed() - before - compressed) / (nodes.Length * 50.0);
        Assert.InRange(overhead, 0, 4);
    }

    private JobId Save(JobLevel level, JobId? reference, params StoredNode[] nodes)
    {
        JobId job = _catalog.Jobs.Create(Job(level: level));
        SessionLabel label = Label(job, level, reference);
        _catalog.Sessions.Open(label);
        _catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, new(5, 2)) with
        {
            Nodes = nodes.Select(node => node with { Holder = label.Session }),
        });
        _catalog.Sessions.End(End(label, new(5, 2), null, new SessionNeed(Session(reference?.Value ?? job.Value), 5, 900, 1)));
        _catalog.Jobs.End(job, Ended(JobState.Ok));
        return job;
    }

    private long BytesUsed()
    {
        using var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        return connection.ExecuteScalar<long>(
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()");
    }

    /// <summary>Stand-ins of nodes with fifty files each: names and attributes that compress, and a digest a file that does not.</summary>
    private static StoredNode[] Nodes(int count) =>
    [
        .. Enumerable.Range(0, count).Select(directory =>
        {
            var node = new MemoryStream();
            for (int file = 0; file < 50; file++)
            {
                node.Write(Encoding.ASCII.GetBytes($"file{directory:x4}-{file:x3} 0644 root root {1_700_000_000 + file * 7919 % 1000}"));
                node.Write(SHA256.HashData(BitConverter.GetBytes(directory * 1000 + file)));
            }
            return Node(node.ToArray(), default);
        }),
    ];
}
