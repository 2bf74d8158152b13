using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Sqlite;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Trees;
using Dapper;
using Microsoft.Data.Sqlite;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>The catalog's contract on SQLite.</summary>
public sealed class SqliteCatalogTests : CatalogContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("catalog");
    private readonly Dictionary<ICatalog, string> _paths = [];
    private int _made;

    protected override ICatalog OpenNew() => Open(Path.Combine(_directory.FullName, $"catalog{_made++}.db"));

    protected override ICatalog OpenAgain(ICatalog closed)
    {
        closed.Dispose();
        return Open(_paths[closed]);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (ICatalog catalog in _paths.Keys) catalog.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_process_killed_in_the_middle_of_a_commit_leaves_the_last_commit_point()
    {
        (string path, SessionLabel label) = WithOneCommit();
        string copy = Path.Combine(_directory.FullName, "killed.db");
        IEnumerable<StoredNode> CutOff()
        {
            for (int i = 0; i < 400; i++) yield return Node([.. BitConverter.GetBytes(i), .. Noise(40_000, i)], label.Session);
            foreach (string suffix in (string[])["", "-wal"]) File.Copy(path + suffix, copy + suffix);
        }
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), new(1, 1), new(2, 2)) with { Nodes = CutOff() });
        Assert.True(new FileInfo(copy + "-wal").Length > 1_000_000, "the transaction did not reach the file before the cut");
        using ICatalog after = SqliteCatalog.Open(copy);
        Assert.Equal(new StreamPosition(1, 1), after.Sessions.Find(label.Session)!.Catalogued);
        Assert.Null(after.Trees.Find(Node([.. BitConverter.GetBytes(0), .. Noise(40_000, 0)], label.Session).Id));
        Assert.Empty(after.Check());
    }

    [Fact]
    public void A_catalog_of_a_newer_version_is_refused_with_both_versions()
    {
        string path = ClosedCatalog();
        Change(path, "INSERT INTO schema_version (version) VALUES (9)");
        Unusable(path, "schema version 9", "up to 4");
    }

    [Theory]
    [InlineData("This is no database at all, and long enough to be looked at as one. ")]
    [InlineData("x")]
    public void A_file_that_is_no_database_is_refused_and_left_alone(string text)
    {
        string path = Path.Combine(_directory.FullName, "notes.txt");
        string content = string.Concat(Enumerable.Repeat(text, 100));
        File.WriteAllText(path, content);
        Unusable(path, "no catalog", path);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void Another_programs_database_is_refused_and_left_alone()
    {
        string path = Path.Combine(_directory.FullName, "other.db");
        Change(path, "CREATE TABLE address (name TEXT)");
        byte[] before = File.ReadAllBytes(path);
        Unusable(path, "is an SQLite database, but no catalog");
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_damaged_catalog_says_so_in_one_line_with_what_to_do()
    {
        string path = ClosedCatalog();
        byte[] bytes = File.ReadAllBytes(path);
        bytes.AsSpan(16_384).Fill(0xee);
        File.WriteAllBytes(path, bytes);
        CatalogException e = Assert.Throws<CatalogException>(() =>
        {
            using ICatalog catalog = SqliteCatalog.Open(path);
            catalog.Jobs.List(new JobFilter());
        });
        Assert.Equal(CatalogFault.Unusable, e.Fault);
        Assert.Contains($"{path} is damaged", e.Message, StringComparison.Ordinal);
        Assert.Contains("backup-volume scan", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_row_is_damaged_is_not_handed_out()
    {
        (string path, SessionLabel label) = WithOneCommit();
        Catalog.Dispose();
        Change(path, "UPDATE node SET body = x'00112233'");
        using ICatalog again = SqliteCatalog.Open(path);
        Assert.Equal(CatalogFault.Unusable, Assert.Throws<CatalogException>(() => again.Trees.Find(Node("one", label.Session).Id)).Fault);
    }

    [Fact]
    public void A_full_disk_is_named_with_job_and_operation_and_the_commit_can_be_repeated()
    {
        (string path, SessionLabel label) = WithOneCommit();
        Catalog.Dispose();
        SessionCommit large = Commit(label.Session, Volume("V1"), new(1, 1), new(2, 2)) with
        {
            Nodes = [.. Enumerable.Range(0, 100).Select(i => Node(Noise(20_000, i), label.Session))],
        };
        using (ICatalog full = SqliteCatalog.Open(new SqliteCatalogOptions(path, BytesMax: 1 << 20)))
        {
            CatalogException e = Assert.Throws<CatalogException>(() => full.Sessions.Commit(large));
            Assert.Equal(CatalogFault.Unavailable, e.Fault);
            Assert.Contains($"commit session {label.Session} of job 1 (nightly)", e.Message, StringComparison.Ordinal);
            Assert.Contains("is full", e.Message, StringComparison.Ordinal);
            Assert.Equal(new StreamPosition(1, 1), full.Sessions.Find(label.Session)!.Catalogued);
        }
        using ICatalog roomy = SqliteCatalog.Open(path);
        Assert.True(roomy.Sessions.Commit(large).Applied);
    }

    [Fact]
    public void The_file_keeps_a_write_ahead_log()
    {
        string path = ClosedCatalog();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        Assert.Equal("wal", connection.ExecuteScalar<string>("PRAGMA journal_mode"));
    }

    private (string Path, SessionLabel Label) WithOneCommit()
    {
        Catalog.Volumes.Record(Volume("V1"));
        SessionLabel label = Label(new JobId(1));
        Catalog.Sessions.Open(label, Origin.Scan);
        Catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, new(1, 1), Node("one", label.Session)));
        return (_paths[Catalog], label);
    }

    private string ClosedCatalog()
    {
        (string path, _) = WithOneCommit();
        Catalog.Dispose();
        return path;
    }

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void Change(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Execute(sql);
    }

    private static void Unusable(string path, params string[] words)
    {
        CatalogException e = Assert.Throws<CatalogException>(() => SqliteCatalog.Open(path));
        Assert.Equal(CatalogFault.Unusable, e.Fault);
        Assert.DoesNotContain('\n', e.Message);
        Assert.StartsWith("catalog: open: ", e.Message, StringComparison.Ordinal);
        foreach (string word in words) Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }

    private ICatalog Open(string path)
    {
        ICatalog catalog = SqliteCatalog.Open(path);
        _paths[catalog] = path;
        return catalog;
    }
}
