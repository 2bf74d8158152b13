using System.Diagnostics;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System;

/// <summary>The tools that judge the product are judged first: a comparison that cannot see a difference proves nothing.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("backup-hostile-").FullName;

    public void Dispose() => HostileFolder.Remove(_scratch);

    [Fact]
    public void A_tree_equals_its_copy_and_a_changed_tree_does_not()
    {
        using HostileFolder tree = HostileFolder.Make(Path.Combine(_scratch, "tree"), shallow: true);
        using HostileFolder copy = tree.CopyTo(Path.Combine(_scratch, "copy"));
        HostileFolder.AreEqual(tree.Folder, copy.Folder);
        for (int step = 1; step <= 4; step++)
        {
            tree.Change(step);
            HostileFolder.Compare(tree.Folder, copy.Folder).EndsWith(1);
        }
    }

    [Theory]
    [InlineData("printf X | dd of=contents/odd bs=1 seek=500000 conv=notrunc", "content differs")]
    [InlineData("chmod u+s names/%s%n", "mode")]
    [InlineData("touch -h -d 1960-01-01 times/1970-link", "mtime")]
    [InlineData("ln -sfn elsewhere kinds/loop", "link target")]
    [InlineData("rm links/a-fifo && mkfifo -m 640 links/a-fifo", "hard link group")]
    [InlineData("rm 'names/-rf'", "missing")]
    [InlineData("touch names/more", "not in source")]
    [InlineData("cp --sparse=never contents/all-hole x && cat x > contents/all-hole && rm x", "sparse file grew")]
    [InlineData("rmdir modes/empty && touch modes/empty", "kind")]
    public void The_comparison_sees_one_difference(string change, string seen)
    {
        using HostileFolder tree = HostileFolder.Make(Path.Combine(_scratch, "tree"), shallow: true);
        using HostileFolder copy = tree.CopyTo(Path.Combine(_scratch, "copy"));
        ProgramRun.Of("/bin/sh", ["-c", $"cd \"$1\" && {change}", "sh", copy.Folder]).EndsWith(0);
        Assert.Contains(seen, HostileFolder.Compare(tree.Folder, copy.Folder).EndsWith(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_deeper_than_the_system_takes_is_made_and_removed()
    {
        string folder = Path.Combine(_scratch, "deep");
        using (HostileFolder tree = HostileFolder.Make(folder))
        {
            ProgramRun find = ProgramRun.Of("/usr/bin/find", [folder, "-name", "bottom", "-printf", "%d %p\n"]);
            Assert.True(find.Output.Length > 4096 + folder.Length, find.Output);
        }
        Assert.False(Path.Exists(folder));
    }

    [Fact]
    public void A_program_that_hangs_is_killed_and_fails_the_test()
    {
        long since = Stopwatch.GetTimestamp();
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ProgramRun.Of("/bin/sleep", ["60"], TimeSpan.FromMilliseconds(200)));
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30));
    }
}
