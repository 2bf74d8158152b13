using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.PostgreSql;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.PostgreSql;
using Backup.Volumes.Trees;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>The catalog's contract on PostgreSQL, each test in a schema of its own.</summary>
[Trait("Req", "CAT-19")]
public sealed class PostgreSqlCatalogTests : CatalogContract
{
    private readonly Dictionary<ICatalog, PostgreSqlOptions> _databases = [];

    protected override ICatalog OpenNew() => Open(PostgreSqlServer.Shared.NewSchema());

    protected override ICatalog OpenAgain(ICatalog closed)
    {
        closed.Dispose();
        return Open(_databases[closed]);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (ICatalog catalog in _databases.Keys) catalog.Dispose();
        foreach (PostgreSqlOptions place in _databases.Values.Distinct()) PostgreSqlServer.Shared.DropSchema(place);
    }

    [Fact]
    public void Two_processes_open_a_new_database_at_once_and_make_one_catalog()
    {
        PostgreSqlOptions database = PostgreSqlServer.Shared.NewSchema();
        var opened = new ICatalog[4];
        Thread[] threads = [.. Enumerable.Range(0, opened.Length).Select(i => new Thread(() => opened[i] = Open(database)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        foreach (ICatalog catalog in opened) catalog.Volumes.RecordPool("Daily");
        Assert.Single(opened[0].Volumes.Pools());
    }

    [Fact]
    [Trait("Req", "CAT-04")]
    [Trait("Req", "CAT-07")]
    public void Two_processes_write_at_once_and_neither_loses_anything()
    {
        const int Each = 25;
        ICatalog[] processes = [Catalog, Open(_databases[Catalog])];
        Catalog.Clients.RecordFileSet(FileSetVersion());
        var ids = new List<JobId>[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(p => new Thread(() =>
        {
            ids[p] = [];
            for (int i = 0; i < Each; i++)
            {
                ids[p].Add(processes[p].Jobs.Create(Job($"job{p}")));
                processes[p].Volumes.Record(Volume($"V{i}"));
                processes[p].Epochs.Take();
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(2 * Each, ids.SelectMany(list => list).Distinct().Count());
        Assert.Equal(2 * Each, Catalog.Jobs.List(new JobFilter()).Count);
        Assert.Equal(Each, Catalog.Volumes.List(new VolumeFilter()).Count);
        Assert.Equal(2 * Each, Catalog.Epochs.Current);
    }

    [Fact]
    [Trait("Req", "CAT-18")]
    public void Its_dump_is_that_of_an_embedded_catalog_that_knows_the_same()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("catalog-dump");
        using (ICatalog embedded = Backup.Catalog.Sqlite.SqliteCatalog.Open(Path.Combine(folder.FullName, "catalog.db")))
        {
            var dumps = new List<string>();
            foreach (ICatalog catalog in (ICatalog[])[embedded, Catalog])
            {
                foreach (int number in (int[])[3, 1, 2]) Fill(catalog, new JobId(number));
                using var text = new StringWriter();
                catalog.Dump(text);
                dumps.Add(text.ToString());
            }
            Assert.Equal(dumps[0], dumps[1]);
            Assert.Contains("unsaved", dumps[1], StringComparison.Ordinal);
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_catalog_of_a_newer_version_is_refused_with_both_versions_and_left_alone()
    {
        Execute("INSERT INTO {0}.schema_version (version) VALUES (9)");
        Unusable(_databases[Catalog], "schema version 9", "up to 3", "use the newer program");
    }

    [Fact]
    public void A_schema_of_another_program_is_refused_and_left_alone()
    {
        PostgreSqlOptions place = PostgreSqlServer.Shared.NewSchema();
        PostgreSqlServer.Shared.Execute(place.Database, $"CREATE SCHEMA {place.Schema}; CREATE TABLE {place.Schema}.address (name TEXT)");
        Unusable(place, $"schema {place.Schema}", "is no catalog");
        PostgreSqlServer.Shared.Execute(place.Database, $"DROP TABLE {place.Schema}.address; DROP SCHEMA {place.Schema} RESTRICT");
    }

    [Fact]
    public void A_catalog_whose_table_is_missing_says_so()
    {
        Execute("DROP TABLE {0}.audit");
        CatalogException e = Assert.Throws<CatalogException>(() => Catalog.Log.ListAudit(1));
        Assert.Equal(CatalogFault.Unusable, e.Fault);
        Assert.Contains("not as it was made", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_row_is_damaged_is_not_handed_out()
    {
        Fill(Catalog, new JobId(1));
        Execute("UPDATE {0}.node SET body = '\\x00112233'");
        CatalogException e = Assert.Throws<CatalogException>(() => Catalog.Trees.Find(Node("node 1", default).Id));
        Assert.Equal(CatalogFault.Unusable, e.Fault);
    }

    [Fact]
    public void A_text_that_the_engine_cannot_hold_is_refused_in_one_line()
    {
        Refused(() => Catalog.Volumes.RecordPool("a\0b"), "record pool");
        Catalog.Volumes.RecordPool("ab");
    }

    internal static void Fill(ICatalog catalog, JobId job)
    {
        catalog.Volumes.Record(Volume("V1"));
        SessionLabel label = Label(job);
        catalog.Sessions.Open(label, Origin.Scan);
        StoredNode[] nodes = [.. Enumerable.Range(0, 20).Select(i => Node($"node {(i < 10 ? i : i + job.Value * 100)}", label.Session))];
        catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), default, new(5, 2), [.. nodes, nodes[0]]) with
        {
            Unsaved = [Denied("/etc/shadow"), Denied("/etc/ä")],
        }, Origin.Scan);
        catalog.Sessions.End(End(label, new(5, 2), null, new SessionNeed(label.Session, 5, 900, 1)), Origin.Scan);
    }

    private static void Unusable(PostgreSqlOptions database, params string[] words)
    {
        CatalogException e = Assert.Throws<CatalogException>(() => PostgreSqlCatalog.Open(database));
        Assert.Equal(CatalogFault.Unusable, e.Fault);
        Assert.DoesNotContain('\n', e.Message);
        Assert.StartsWith("catalog: open: ", e.Message, StringComparison.Ordinal);
        foreach (string word in words) Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }

    /// <summary>As the user that may do everything; {0} is the catalog's schema.</summary>
    private void Execute(string sql)
    {
        PostgreSqlOptions place = _databases[Catalog];
        PostgreSqlServer.Shared.Execute(place.Database, sql.Replace("{0}", place.Schema, StringComparison.Ordinal));
    }

    private ICatalog Open(PostgreSqlOptions database)
    {
        ICatalog catalog = PostgreSqlCatalog.Open(database);
        lock (_databases) _databases[catalog] = database;
        return catalog;
    }
}
