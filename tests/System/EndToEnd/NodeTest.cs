using System.Text;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

/// <summary>A scratch folder, a node of all roles in it, and the words of the console that these tests share.</summary>
public abstract class NodeTest : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("backup-system-").FullName;

    protected NodeTest() => Node = new NodeProcess(Path.Combine(_scratch, "node"));

    protected NodeProcess Node { get; }

    /// <summary>A path in the scratch folder.</summary>
    protected string Scratch(string name) => Path.Combine(_scratch, name);

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
