using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.PostgreSql;
using Backup.Messages.Ids;
using Backup.TestKit.PostgreSql;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>A connection that breaks exactly while a transaction is committed.</summary>
public sealed class PostgreSqlOutcomeTests : IDisposable
{
    private static readonly NewJob Anyone = Job() with { FileSet = null, FileSetHash = null };

    private readonly CommitCutter _cutter = new(PostgreSqlServer.Shared.Port);
    private readonly PostgreSqlOptions _place = PostgreSqlServer.Shared.NewSchema();
    private readonly ICatalog _catalog;

    public PostgreSqlOutcomeTests()
    {
        _catalog = PostgreSqlCatalog.Open(_place with { Port = _cutter.Port });
        _catalog.Jobs.Create(Anyone);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _cutter.Dispose();
        PostgreSqlServer.Shared.DropSchema(_place);
    }

    [Fact]
    public void What_the_server_did_though_nobody_heard_it_is_answered_as_done()
    {
        _cutter.Arm(heard: true);
        JobId job = _catalog.Jobs.Create(Anyone);
        Assert.Equal(1, _cutter.Cuts);
        Assert.NotNull(_catalog.Jobs.Find(job));
        Assert.Equal(2, _catalog.Jobs.List(new JobFilter()).Count);
    }

    [Fact]
    public void What_the_server_never_heard_is_answered_as_failed_and_was_not_done()
    {
        _cutter.Arm(heard: false);
        CatalogException e = Assert.Throws<CatalogException>(() => _catalog.Jobs.Create(Anyone));
        Assert.Equal((1, CatalogFault.Unavailable), (_cutter.Cuts, e.Fault));
        Assert.DoesNotContain("not known", e.Message, StringComparison.Ordinal);
        Assert.Single(_catalog.Jobs.List(new JobFilter()));
        _catalog.Jobs.Create(Anyone);
        Assert.Equal(2, _catalog.Jobs.List(new JobFilter()).Count);
    }

    [Fact]
    public void Where_nobody_can_be_asked_the_line_says_that_the_outcome_is_not_known()
    {
        _cutter.Arm(heard: true);
        _cutter.CloseAfterCut();
        CatalogException e = Assert.Throws<CatalogException>(() => _catalog.Jobs.Create(Anyone));
        Assert.Equal(CatalogFault.Unavailable, e.Fault);
        Assert.Contains("whether that was done is not known", e.Message, StringComparison.Ordinal);
    }
}
