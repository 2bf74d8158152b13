using Backup.Catalog;
using Backup.Catalog.PostgreSql;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.TestKit.PostgreSql;
using Backup.Volumes.Trees;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>A catalog whose server ends and comes again. These have a server of their own.</summary>
public sealed class PostgreSqlRestartTests : IDisposable
{
    private readonly PostgreSqlServer _server = PostgreSqlServer.StartOwn();
    private readonly ICatalog _catalog;

    public PostgreSqlRestartTests() => _catalog = PostgreSqlCatalog.Open(_server.NewSchema());

    public void Dispose()
    {
        _catalog.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Calls_after_a_restart_go_on_as_if_nothing_had_happened()
    {
        _catalog.Volumes.Record(Volume("V1"));
        Assert.NotNull(_catalog.Volumes.Find("V1"));
        _server.Restart();
        _catalog.Volumes.Record(Volume("V2"));
        _server.Restart();
        Assert.Equal(2, _catalog.Volumes.List(new VolumeFilter()).Count);
    }

    [Fact]
    public void While_the_server_is_away_calls_fail_in_one_line_and_what_was_committed_is_there_afterwards()
    {
        PostgreSqlCatalogTests.Fill(_catalog, new JobId(1));
        _server.Kill();
        foreach (Action call in (Action[])[() => _catalog.Volumes.Record(Volume("V2")), () => _catalog.Volumes.Pools()])
        {
            CatalogException e = Assert.Throws<CatalogException>(call);
            Assert.Equal(CatalogFault.Unavailable, e.Fault);
            Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        }
        _server.StartAgain();
        Assert.NotNull(_catalog.Sessions.FindOfJob(new JobId(1))!.Ended);
        _catalog.Volumes.Record(Volume("V2"));
        Assert.Empty(_catalog.Check());
    }

    [Fact]
    public void A_commit_that_is_under_way_when_the_server_ends_fails_whole_and_can_be_repeated()
    {
        _catalog.Volumes.Record(Volume("V1"));
        SessionLabel label = Label(new JobId(1));
        _catalog.Sessions.Open(label, Origin.Scan);
        SessionCommit commit = Commit(label.Session, Volume("V1"), default, new(5, 2));
        IEnumerable<StoredNode> Interrupted()
        {
            yield return Node("one", label.Session);
            _server.Restart();
            yield return Node("two", label.Session);
        }
        CatalogException e = Assert.Throws<CatalogException>(() => _catalog.Sessions.Commit(commit with { Nodes = Interrupted() }));
        Assert.Equal(CatalogFault.Unavailable, e.Fault);
        Assert.Equal(new JobId(1), e.Job);
        Assert.Equal(default, _catalog.Sessions.Find(label.Session)!.Catalogued);
        Assert.Null(_catalog.Trees.Find(Node("one", default).Id));
        CommitAnswer answer = _catalog.Sessions.Commit(
            commit with { Nodes = [Node("one", label.Session), Node("two", label.Session)] });
        Assert.Equal((true, 2), (answer.Applied, answer.NodesNew));
    }
}
