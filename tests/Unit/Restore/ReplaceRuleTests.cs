using Backup.Filesets.Restore;
using Backup.Messages.Clients;
using Backup.TestKit.Trees;

namespace Backup.Tests.Unit.Restore;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ReplaceRuleTests
{
    private static readonly DateTime Saved = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Three files saved at one time; in the target one is older, one newer, one is not there.</summary>
    private static (RestoreFixture Fixture, CapturedTree Tree) Make()
    {
        var fixture = new RestoreFixture();
        foreach (string name in (string[])["older", "newer", "absent"])
            File.SetLastWriteTimeUtc(fixture.Write("d/" + name, "saved"), Saved);
        Directory.CreateDirectory(fixture.Target + "/d");
        foreach ((string name, int days) in ((string, int)[])[("older", -1), ("newer", 1)])
        {
            File.WriteAllText($"{fixture.Target}/d/{name}", "there");
            File.SetLastWriteTimeUtc($"{fixture.Target}/d/{name}", Saved.AddDays(days));
        }
        File.WriteAllText(fixture.Target + "/d/foreign", "stays");
        return (fixture, fixture.Capture());
    }

    [Theory]
    [InlineData(ReplaceRule.Always, "saved", "saved", 0)]
    [InlineData(ReplaceRule.IfOlder, "saved", "there", 1)]
    [InlineData(ReplaceRule.IfNewer, "there", "saved", 1)]
    [InlineData(ReplaceRule.Never, "there", "there", 2)]
    [Trait("Req", "RST-11")]
    [Trait("Req", "RST-12")]
    [Trait("Req", "RST-13")]
    [Trait("Req", "RST-14")]
    public void Restore_over_existing_files_follows_the_rule(ReplaceRule rule, string older, string newer, int skipped)
    {
        (RestoreFixture fixture, CapturedTree tree) = Make();
        using (fixture)
        {
            TreeRestoreResult result = fixture.Restore(tree, rule);

            Assert.Equal(older, File.ReadAllText(fixture.Target + "/d/older"));
            Assert.Equal(newer, File.ReadAllText(fixture.Target + "/d/newer"));
            Assert.Equal("saved", File.ReadAllText(fixture.Target + "/d/absent"));
            Assert.Equal("stays", File.ReadAllText(fixture.Target + "/d/foreign"));
            Assert.Equal(skipped, result.Skipped);
            Assert.Equal(3 - skipped, result.Files);
            Assert.Equal(3 - skipped, tree.Wanted.Count);
            Assert.Equal(0, result.ProblemCount);
        }
    }

    [Fact]
    [Trait("Req", "RST-14")]
    public void Never_keeps_the_time_of_an_existing_file_and_the_mode_of_an_existing_directory()
    {
        (RestoreFixture fixture, CapturedTree tree) = Make();
        using (fixture)
        {
            File.SetUnixFileMode(fixture.Target + "/d", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            fixture.Restore(tree, ReplaceRule.Never);

            Assert.Equal(Saved.AddDays(-1), File.GetLastWriteTimeUtc(fixture.Target + "/d/older"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(fixture.Target + "/d"));
        }
    }

    [Theory]
    [InlineData(ReplaceRule.Always)]
    [InlineData(ReplaceRule.IfOlder)]
    [InlineData(ReplaceRule.Never)]
    [Trait("Req", "RST-22")]
    public void A_dry_run_writes_nothing_and_counts_the_same(ReplaceRule rule)
    {
        (RestoreFixture fixture, CapturedTree tree) = Make();
        using (fixture)
        {
            string before = Snapshot(fixture.Target);

            TreeRestoreResult dry = fixture.Restore(tree, rule, dryRun: true);

            Assert.Equal(before, Snapshot(fixture.Target));
            Assert.Empty(tree.Wanted);
            TreeRestoreResult real = fixture.Restore(tree, rule);
            Assert.Equal(
                (real.Entries, real.Files, real.BytesWritten, real.Skipped, real.ProblemCount),
                (dry.Entries, dry.Files, dry.BytesWritten, dry.Skipped, dry.ProblemCount));
        }
    }

    [Fact]
    [Trait("Req", "RST-22")]
    public void A_dry_run_into_a_folder_that_is_not_there_does_not_make_it()
    {
        using var fixture = new RestoreFixture();
        fixture.Write("a/b/c", "content");

        TreeRestoreResult result = fixture.Restore(fixture.Capture(), dryRun: true);

        Assert.False(Directory.Exists(fixture.Target));
        Assert.Equal((3, 1, 7, 0), (result.Entries, result.Files, result.BytesWritten, result.ProblemCount));
    }

    private static string Snapshot(string folder) =>
        string.Join('\n', new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(entry => $"{entry.FullName} {entry.UnixFileMode} {entry.LastWriteTimeUtc:O} {(entry as FileInfo)?.Length}").Order());
}
