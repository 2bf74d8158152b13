using System.Diagnostics;
using Backup.Catalog;
using Backup.Catalog.PostgreSql;
using Backup.Catalog.Sessions;
using Backup.Catalog.Sqlite;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.PostgreSql;
using Backup.Volumes.Trees;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;
namespace Backup.Tests.Contract.Catalogs;
public sealed class TempBench
{
    [Fact]
    public void Bench()
    {
        var random = new Random(1);
        StoredNode[] nodes = [.. Enumerable.Range(0, 100_000).Select(i => { var b = new byte[1000]; random.NextBytes(b); return Node(b, Session(1)); })];
        foreach (bool pg in (bool[])[false, true, false, true])
        {
            string dir = Directory.CreateTempSubdirectory("b").FullName;
            using ICatalog catalog = pg ? PostgreSqlCatalog.Open(PostgreSqlServer.Shared.NewSchema()) : SqliteCatalog.Open(dir + "/c.db");
            catalog.Volumes.Record(Volume("V1"));
            SessionLabel label = Label(new JobId(1));
            catalog.Sessions.Open(label, Origin.Scan);
            long t = Stopwatch.GetTimestamp(); TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            for (int i = 0; i < 25; i++)
                catalog.Sessions.Commit(Commit(label.Session, Volume("V1"), new(i, i), new(i + 1, i + 1), nodes[(i * 4000)..((i + 1) * 4000)]), Origin.Scan);
            double s = Stopwatch.GetElapsedTime(t).TotalSeconds;
            File.AppendAllText("/tmp/pg-bench.txt", $"{(pg ? "postgresql" : "sqlite")}: {100_000 / s:f0} nodes/s, {s:f1} s, own cpu {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:f1} s\n");
            Directory.Delete(dir, true);
        }
    }
}
