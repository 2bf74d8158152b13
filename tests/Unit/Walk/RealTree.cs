using System.Diagnostics;

namespace Backup.Tests.Unit.Walk;

/// <summary>A folder of the machine's own file system, made by shell lines and deleted by rm, which reach what System.IO cannot.</summary>
internal sealed class RealTree : IDisposable
{
    public RealTree() => Folder = Directory.CreateTempSubdirectory("walk").FullName;

    public string Folder { get; }

    public static bool IsRoot => Environment.UserName == "root";

    public void Shell(string script)
    {
        var start = new ProcessStartInfo("/bin/bash") { WorkingDirectory = Folder, RedirectStandardError = true,
            ArgumentList = { "-ec", script } };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }

    public void Dispose()
    {
        using Process process = Process.Start("/bin/rm", ["-rf", Folder]);
        process.WaitForExit();
    }
}
