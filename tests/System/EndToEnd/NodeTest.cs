using System.Text;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>A scratch folder, a node of all roles in it, and the words of the console that these tests share.</summary>
public abstract class NodeTest : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("backup-system-").FullName;

    protected NodeTest() => Node = new NodeProcess(Path.Combine(_scratch, "node"));

    /// <summary>The node, which is not running until <see cref="NodeProcess.Start"/>; it listens on free ports.</summary>
    protected NodeProcess Node { get; private set; }

    /// <summary>A path in the scratch folder.</summary>
    protected string Scratch(string name) => Path.Combine(_scratch, name);

    /// <summary>Where the node keeps its volumes.</summary>
    protected string Volumes => Path.Combine(Node.Data, "volumes");

    /// <summary>The one volume file that the node has made.</summary>
    protected string Volume => Assert.Single(Directory.GetFiles(Volumes));

    /// <summary>Lets the node run with the quickstart's configuration, one text in it replaced by another.</summary>
    protected void Configure(string text, string by)
    {
        string configuration = File.ReadAllText(Node.Configuration), changed = configuration.Replace(text, by, StringComparison.Ordinal);
        Assert.NotEqual(configuration, changed);
        string file = Scratch("node.conf");
        File.WriteAllText(file, changed);
        Node = new NodeProcess(Node.Data, file);
    }

    /// <summary>A file of bytes that do not compress and differ from file to file, drawn from its own seed.</summary>
    protected static void WriteNoise(string path, int bytes, int seed)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        File.WriteAllBytes(path, noise);
    }

    /// <summary>Backs the folder up and returns the jobid of a run that ended OK.</summary>
    protected long Backup(string folder, string level = "Full", string state = "OK") =>
        Node.Documents("run", "job=quickstart", $"level={level}", $"root={folder}", "wait=yes", "yes").JobInState(state);

    /// <summary>Restores a run below a new folder and returns where the source's folder is now.</summary>
    protected string Restore(long jobId, string folder)
    {
        string target = Scratch($"restored-{jobId}");
        Node.Documents("restore", $"jobid={jobId}", $"where={target}", "wait=yes", "yes").JobInState("OK");
        return target + folder;
    }

    /// <summary>The row of a run in 'list jobs'.</summary>
    protected global::System.Text.Json.JsonElement Job(long jobId) => Assert.Single(Node.Documents("list", "jobs", $"jobid={jobId}").Rows);

    protected string Folder(string name, params (string File, string Content)[] files)
    {
        string folder = Scratch(name);
        Directory.CreateDirectory(folder);
        foreach ((string file, string content) in files)
        {
            string path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes(content));
        }
        return folder;
    }

    public void Dispose()
    {
        Node.Dispose();
        HostileFolder.Remove(_scratch);
        GC.SuppressFinalize(this);
    }
}
