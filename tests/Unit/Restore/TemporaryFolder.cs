using System.Text;

namespace Backup.Tests.Unit.Restore;

/// <summary>A folder of its own for a test, gone with all below it at the end, however it is shut.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("backup-test-").FullName;

    public string Path { get; }

    public string this[string below] => System.IO.Path.Combine(Path, below);

    public byte[] Bytes(string below) => Encoding.UTF8.GetBytes(this[below]);

    // rm goes by open directories, so paths longer than PATH_MAX and names that are not UTF-8 are removed too
    public void Dispose() => System.Diagnostics.Process.Start("rm", ["-rf", Path]).WaitForExit();
}
