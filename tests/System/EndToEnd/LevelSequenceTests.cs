using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>Four kinds of change between backups; every run must give back the tree as it was when it ran.</summary>
public sealed class LevelSequenceTests : NodeTest
{
    [Fact]
    [Trait("Req", "LVL-09")]
    public void Every_run_of_a_sequence_of_levels_restores_the_tree_of_its_time()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"), shallow: true);
        Node.Start();
        var runs = new List<(long Job, HostileFolder Then)>();
        string[] levels = ["Full", "Incremental", "Incremental", "Differential", "Incremental"];
        foreach ((int step, string level) in levels.Index())
        {
            if (step > 0) tree.Change(step);
            HostileFolder then = tree.CopyTo(Scratch($"then-{step}"));
            runs.Add((Backup(tree.Folder, level), then));
        }
        foreach ((long job, HostileFolder then) in runs) HostileFolder.AreEqual(then.Folder, Restore(job, tree.Folder));
    }

    [Fact]
    public void An_incremental_of_an_unchanged_tree_saves_no_content()
    {
        string folder = Folder("tree", ("a", new string('a', 100_000)), ("b/c", "content"));
        Node.Start();
        long full = Backup(folder), incremental = Backup(folder, "Incremental");
        Assert.InRange(Job(full).GetProperty("bytes").GetInt64(), 100_007, 110_000); // content, and the records around it
        // The files are so young that their times prove nothing: they are read again, and their equal digests keep the old content.
        Assert.InRange(Job(incremental).GetProperty("bytes").GetInt64(), 0, 1000); // attributes of young directories at most
        HostileFolder.AreEqual(folder, Restore(incremental, folder));
    }
}
