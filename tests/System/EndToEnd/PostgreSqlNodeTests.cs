using System.Globalization;
using Backup.Catalog.PostgreSql;
using Backup.TestKit.PostgreSql;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>A node whose catalog and journal are in a PostgreSQL database.</summary>
[Trait("Req", "CAT-19")]
[global::System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PostgreSqlNodeTests : NodeTest
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_tree_comes_back_identical_and_the_data_directory_has_neither_catalog_nor_journal()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"));
        On(PostgreSqlServer.Shared.NewDatabase());
        Node.Start();
        long full = Backup(tree.Folder);
        File.WriteAllText(Path.Combine(tree.Folder, "later"), "content");
        long incremental = Backup(tree.Folder, "Incremental");
        Node.Kill();
        Node.Start();
        HostileFolder.AreEqual(tree.Folder, Restore(incremental, tree.Folder));
        Assert.Equal("OK", Job(full).GetProperty("state").GetString());
        Assert.False(Directory.Exists(Path.Combine(Node.Data, "catalog")));
        Assert.False(Directory.Exists(Path.Combine(Node.Data, "journal")));
        Assert.DoesNotContain(PostgreSqlServer.Shared.Password, Node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_was_started_again_is_used_by_the_next_job()
    {
        string folder = Folder("tree", ("a/file", "content"));
        using PostgreSqlServer server = PostgreSqlServer.StartOwn();
        On(server.NewDatabase());
        Node.Start();
        Backup(folder);
        server.Restart();
        File.WriteAllText(Path.Combine(folder, "a/file"), "other content");
        HostileFolder.AreEqual(folder, Restore(Backup(folder, "Incremental"), folder));
    }

    [Fact]
    public void A_wrong_password_is_one_line_and_the_node_does_not_start()
    {
        On(PostgreSqlServer.Shared.NewDatabase(), "another-one");
        Run().IsRefused(1, "wrong password", "password-file");
    }

    [Fact]
    public void A_password_file_that_others_may_read_is_refused()
    {
        On(PostgreSqlServer.Shared.NewDatabase());
        File.SetUnixFileMode(Path.Combine(Node.Data, "password"), OwnerAlone | UnixFileMode.OtherRead);
        Run().IsRefused(1, "may be read by others", "chmod 600");
        File.Delete(Path.Combine(Node.Data, "password"));
        Run().IsRefused(1, "password-file", "cannot be read");
    }

    private ProgramRun Run() => ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", Node.Configuration, "--data", Node.Data]);

    private void On(PostgreSqlOptions database, string? password = null)
    {
        Configure("Director {", string.Create(CultureInfo.InvariantCulture,
            $"Catalog {{ main {{ host = {database.Host}, port = {database.Port}, database = {database.Database}, user = {database.User}, "
            + $"password-file = password, tls = Disable }} }}\nDirector {{"));
        string file = Path.Combine(Node.Data, "password");
        File.WriteAllText(file, password ?? database.Password);
        File.SetUnixFileMode(file, OwnerAlone);
    }
}
