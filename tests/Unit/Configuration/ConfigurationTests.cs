using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using CsCheck;

namespace Backup.Tests.Unit.Configuration;

public class ConfigurationTests
{
    private static readonly string Root = Repository.Root;

    private static BackupConfiguration Load(params (string Name, string Text)[] files)
    {
        ConfigurationResult result = BackupConfiguration.Load(
            [new ConfigurationText(files[0].Name, files[0].Text)],
            path => files.Where(file => file.Name == path).Select(file => file.Text).FirstOrDefault(),
            name => name == "BACKUP_ROOT" ? "/srv" : null);
        Assert.Empty(result.Mistakes);
        return result.Model!;
    }

    private static BackupConfiguration LoadFile(string path) => Load((path, File.ReadAllText(Path.Combine(Root, path))));

    [Fact]
    public void The_quickstart_has_one_node_with_all_roles_and_a_job_whose_roots_come_with_the_run()
    {
        BackupConfiguration quickstart = LoadFile("config/hocon/quickstart.conf");
        Assert.Equal([NodeRole.Director, NodeRole.Storage, NodeRole.Client], quickstart.Nodes["quickstart-node"].Roles);
        JobResource job = quickstart.Jobs["quickstart"];
        Assert.Equal((JobType.Backup, JobLevel.Incremental, "quickstart"), (job.Type, job.Level, job.FileSet));
        Assert.True(quickstart.FileSets["quickstart"].PathsPerRun);
        Assert.Empty(quickstart.FileSets["quickstart"].Definition.Roots);
        Assert.Equal(10L << 30, quickstart.Storages["quickstart-storage"].VolumeBytes);
    }

    [Fact]
    [Trait("Req", "CFG-02")]
    public void The_example_means_what_its_comments_say()
    {
        BackupConfiguration example = LoadFile("config/hocon/examples/one-host.conf");
        FileSet home = example.FileSets["home"].Definition;
        Assert.Equal(["/home"], home.Roots);
        Assert.Equal(new SelectionRule(false, PatternKind.Regex, @"/\.cache(/|$)"), home.Rules[2]);
        Assert.Equal((CompressionKind.Zstd, 3, true), (home.Compression, home.CompressionLevel, home.HonourNoDump));
        Assert.Equal([".nobackup"], home.ExcludeDirectoriesContaining);
        Assert.Equal(["/", "/boot"], example.FileSets["system"].Definition.Roots);
        Assert.Equal(("full", JobLevel.Full, "archive-host"), (example.Jobs["system-weekly"].Pool, example.Jobs["system-weekly"].Level,
            example.Jobs["system-weekly"].Client));
        Assert.Equal(("incremental", JobLevel.Incremental), (example.Jobs["home-nightly"].Pool, example.Jobs["home-nightly"].Level));
        Assert.Equal((JobType.Restore, JobLevel.None), (example.Jobs["restore"].Type, example.Jobs["restore"].Level));
        Assert.Equal((4, TimeSpan.FromHours(8)), (example.Directors["main"].JobsAtOnce, example.Directors["main"].VolumeWait));
    }

    [Fact]
    public void Includes_are_relative_and_substitutions_look_into_files_and_environment()
    {
        BackupConfiguration model = Load(
            ("etc/main.conf", "include \"parts/pools.conf\"\n"
                + "Pool { b { label-format = \"B-{01}\", volume-size-max = ${Pool.a.volume-size-max} } }\n"
                + "Storage { s { folder = ${BACKUP_ROOT}/volumes, volume-size = ${?NOT_SET} } }"),
            ("etc/parts/pools.conf", "Pool { a { label-format = \"A-{01}\", volume-size-max = 2 GiB } }"));
        Assert.Equal(2L << 30, model.Pools["b"].VolumeBytesMax);
        Assert.Equal("/srv/volumes", model.Storages["s"].Folder);
        Assert.Equal(50L << 30, model.Storages["s"].VolumeBytes);
    }

    [Fact]
    public void A_file_that_includes_itself_is_a_mistake_and_no_endless_loop()
    {
        ConfigurationResult result = BackupConfiguration.Load([new ConfigurationText("/a.conf", "include \"a.conf\"")], _ =>
            "include \"a.conf\"");
        Assert.Equal("/a.conf:1:1: '/a.conf' includes itself", Assert.Single(result.Mistakes).ToString());
    }

    [Fact]
    public void A_resource_in_two_files_names_both()
    {
        ConfigurationResult result = BackupConfiguration.Load([new("a.conf", "\nClient { c { } }"), new("b.conf", "Client { c { } }")]);
        Assert.Equal("b.conf:1:10: 'c' is defined twice: here and at a.conf:2", Assert.Single(result.Mistakes).ToString());
    }

    [Theory]
    [InlineData("Client { \"a.b\" { } }", "a.b")]
    [InlineData("Client.c { }", "c")]
    [InlineData("{ Client : { c : { jobs-at-once : 2 } } }", "c")]
    [InlineData("Client { # comment\n c { // comment\n } }\n", "c")]
    [InlineData("Client { \"\"\"c\"\"\" { } }", null)]
    public void Every_way_of_writing_that_is_HOCON_is_read(string text, string? name)
    {
        ConfigurationResult result = BackupConfiguration.Load([new ConfigurationText("a.conf", text)]);
        Assert.Equal(name ?? "c", Assert.Single(result.Model!.Clients.Keys));
    }

    [Fact]
    public void No_text_makes_Load_throw()
    {
        string[] pieces =
        [
            "{", "}", "[", "]", "=", ":", ",", "\n", "\"", "\"\"\"", "${", "}", "?", ".", "#", "//", "\\", "\\u12", " ", "+=", "include",
                "include \"a\"",
            "Job", "Pool", "FileSet", "rules", "paths", "label-format", "x", "9 GiB", "99999999999999999999", "{0001}", "\uFEFF", "\uD800",
                "exclude regex (",
        ];
        Gen<string> soup = Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]).Array[0, 40].Select(string.Concat);
        soup.Sample(
            text =>
            {
                ConfigurationResult result = BackupConfiguration.Load([new ConfigurationText("a.conf", text)], path =>
                    path == "a" ? text : null);
                Assert.True(result.Model is null != (result.Mistakes.Count == 0));
            },
            iter: 5000);
    }

    [Fact]
    public void The_reference_page_is_made_from_the_table()
    {
        string path = Path.Combine(Root, "docs/reference/configuration.md");
        if (Environment.GetEnvironmentVariable("WRITE_REFERENCE") == "yes") File.WriteAllText(path, ReferencePage.Render());
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == ReferencePage.Render(),
            "docs/reference/configuration.md is not what the table says: run the test with WRITE_REFERENCE=yes and commit the page");
    }
}
