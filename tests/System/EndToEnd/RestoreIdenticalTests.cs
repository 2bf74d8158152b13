using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

public sealed class RestoreIdenticalTests : NodeTest
{
    [Fact]
    [Trait("Req", "FIL-06")]
    [Trait("Req", "FIL-11")]
    [Trait("Req", "MET-08")]
    public void A_hostile_tree_comes_back_identical()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"), entriesOfOneDirectory: 20_000, huge: true);
        Node.Start();
        long job = Backup(tree.Folder);
        string restored = Restore(job, tree.Folder);
        HostileFolder.AreEqual(tree.Folder, restored);
        ProgramRun.Of(BuiltPrograms.VolumeTool, ["compare", tree.Folder, restored]).EndsWith(0);
    }

    [Fact]
    public void A_tree_restored_after_the_node_was_killed_and_started_again_is_identical()
    {
        using HostileFolder tree = HostileFolder.Make(Scratch("tree"));
        Node.Start();
        long job = Backup(tree.Folder);
        Node.Kill();
        Node.Start();
        HostileFolder.AreEqual(tree.Folder, Restore(job, tree.Folder));
    }

    [Fact]
    public void A_node_that_was_stopped_in_order_remembers_its_jobs()
    {
        string folder = Folder("tree", ("a/file", "content"));
        Node.Start();
        long job = Backup(folder);
        Node.Stop();
        Node.Start();
        Assert.Equal("OK", Job(job).GetProperty("state").GetString());
        HostileFolder.AreEqual(folder, Restore(job, folder));
    }

    [Fact]
    public void One_file_is_restored_alone()
    {
        string folder = Folder("tree", ("a/wanted", "yes"), ("a/other", "no"), ("b", "no"));
        Node.Start();
        long job = Backup(folder);
        string target = Scratch("one");
        Node.Documents("restore", $"jobid={job}", $"file={folder}/a/wanted", $"where={target}", "wait=yes", "yes").JobInState("OK");
        string[] files = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
        Assert.Equal([$"{target}{folder}/a/wanted"], files);
    }

    [Fact]
    [Trait("Req", "RST-22")]
    public void A_dry_run_writes_nothing()
    {
        string folder = Folder("tree", ("file", "content"));
        Node.Start();
        long job = Backup(folder);
        Node.Console("restore", $"jobid={job}", $"where={Scratch("dry")}", "dryrun=yes", "wait=yes", "yes").EndsWith(0);
        Assert.False(Path.Exists(Scratch("dry")));
    }
}
