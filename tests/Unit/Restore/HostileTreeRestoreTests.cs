using System.Diagnostics;
using Backup.Filesets.Restore;
using Backup.TestKit.Trees;

namespace Backup.Tests.Unit.Restore;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HostileTreeRestoreTests
{
    [Fact]
    [Trait("Req", "FIL-06")]
    [Trait("Req", "FIL-11")]
    [Trait("Req", "MET-08")]
    public void A_hostile_tree_comes_back_identical()
    {
        using var fixture = new RestoreFixture();
        OddTree.Make(fixture.Source);

        TreeRestoreResult result = fixture.Restore(fixture.Capture());

        Assert.Empty(result.FirstProblems.Select(problem => problem.Reason));
        Assert.Empty(fixture.Differences());
        Assert.True(result.Verified > 15, $"only {result.Verified} digests were checked");
        Assert.Null(result.Broken);
    }

    [Fact]
    public void A_sparse_file_of_six_gibibytes_takes_no_more_room_than_its_data()
    {
        using var fixture = new RestoreFixture();
        OddTree.Make(fixture.Source);

        fixture.Restore(fixture.Capture(), selections: "/content/sparse");

        string restored = Path.Combine(fixture.Target, "content/sparse");
        Assert.Equal(OddTree.LargeSparseBytes, new FileInfo(restored).Length);
        Assert.True(Mono.Unix.Native.Syscall.stat(restored, out Mono.Unix.Native.Stat status) == 0 && status.st_blocks < 1024,
            $"{status.st_blocks} sectors");
    }

    [Fact]
    public void A_restore_over_a_tree_that_differs_makes_it_equal()
    {
        using var fixture = new RestoreFixture();
        OddTree.Make(fixture.Source);
        CapturedTree tree = fixture.Capture();
        fixture.Restore(tree);
        File.WriteAllText(fixture.Target + "/content/big", "changed");
        File.Delete(fixture.Target + "/special/fifo");
        File.WriteAllText(fixture.Target + "/links/second", "changed too, by way of a hard link");
        File.SetUnixFileMode(fixture.Target + "/attributes/inheriting", UnixFileMode.UserRead);

        fixture.Restore(tree);

        Assert.Empty(fixture.Differences());
    }

    [Fact]
    public void The_comparison_reports_each_thing_that_differs()
    {
        using var fixture = new RestoreFixture();
        OddTree.Make(fixture.Source);
        fixture.Restore(fixture.Capture());
        string target = fixture.Target;
        Shell($"cd {target} && chmod 640 content/one && chown 5:6 content/empty && touch -d @5 content/big && printf x > content/hole"
            + " && rm special/null && touch special/null && rm names/-rf && touch names/more && rm links/second && cp -p "
            + "links/first links/second"
            + " && ln -sfn elsewhere links/up && printf y | dd of=content/zeros bs=1 seek=250000 conv=notrunc status=none");

        IReadOnlyList<string> differences = fixture.Differences();

        foreach (string expected in (string[])["/content/one: mode 644 became 640",
            "/content/empty: owner 0:0 became 5:6", "/content/big: time ",
            "/content/hole: size ", "/special/null: kind character device became regular file", "/names/-rf: missing",
            "/names/more: not in the source",
            "/links/second: is no longer a hard link", "/links/up: link target differs",
            "/links/up: extended attribute trusted.mark is missing",
            "/content/zeros: content differs"])
            Assert.Contains(differences, line => line.StartsWith(expected, StringComparison.Ordinal));
    }

    private static void Shell(string script)
    {
        using Process process = Process.Start("sh", ["-c", script]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
