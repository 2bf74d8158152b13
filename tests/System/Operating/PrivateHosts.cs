using System.Diagnostics;
using System.Text;
using Backup.TestKit.Processes;

namespace Backup.Tests.System.Operating;

/// <summary>
/// Hosts with their own network, processes and folders (tests/tools/private-hosts), on which the built programs lie in /opt/backup. All of
/// them ends when this is disposed of, and when the test's process ends in whatever way.
/// </summary>
internal sealed class PrivateHosts : IDisposable
{
    private const string Tool = "tests/tools/private-hosts";
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(2), EndLimit = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("backup-hosts-").FullName;
    private readonly Process _hosts;
    private readonly string _serverPrograms;

    public PrivateHosts(params string[] names)
    {
        _serverPrograms = ProgramRun.Of(BuiltPrograms.Script("tests/tools/private-postgresql"), ["find"]).EndsWith(0).Output.Trim();
        _hosts = Started([BuiltPrograms.Script(Tool), _folder, .. names], "ready");
        foreach (string name in names) Equip(name);
    }

    /// <summary>A path of a host, as this process sees it.</summary>
    public string Seen(string host, string path) => $"/proc/{File.ReadAllText(Path.Combine(_folder, $"{host}.pid")).Trim()}/root{path}";

    /// <summary>A path for this test alone, which hosts do not see.</summary>
    public string Scratch(string name) => Path.Combine(_folder, name);

    /// <summary>What root types on that host, ended at the first command that fails; with this on its standard input.</summary>
    public ProgramRun Type(string host, string script, string input = "")
    {
        string[] words = ["in", _folder, host, "bash", "-e", "-o", "pipefail", "-c", script];
        return ProgramRun.WithInput(BuiltPrograms.Script(Tool), words, input, StepLimit, ("PATH",
            $"/usr/local/sbin:/usr/local/bin:{_serverPrograms}:/usr/sbin:/usr/bin:/sbin:/bin"), ("DOTNET_ROOT", "/opt/dotnet"));
    }

    /// <summary>Everything that is said among the hosts from here on, in a file, until the process's input is closed.</summary>
    public Process Capture(string file) =>
        Started([BuiltPrograms.Script(Tool), "in", _folder, "wire", BuiltPrograms.Script("tests/tools/capture-wire"), file], "capturing");

    public void Dispose()
    {
        _hosts.StandardInput.Close();
        if (!_hosts.WaitForExit(EndLimit)) _hosts.Kill(entireProcessTree: true);
        _hosts.WaitForExit();
        _hosts.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What stands in for a copied release, for Debian's package and for systemd. They are this host's alone.</summary>
    private void Equip(string name)
    {
        string[] folders = [BuiltPrograms.Repository, BuiltPrograms.Node, BuiltPrograms.Console, BuiltPrograms.VolumeTool];
        string built = string.Join(':', folders[1..].Select(program => Path.GetDirectoryName(program)!).Distinct());
        string tools = BuiltPrograms.Script("tests/tools");
        string runtime = Path.GetDirectoryName(Environment.ProcessPath)!;
        Type(name, $"""
            mkdir -p /opt/backup /opt/dotnet /opt/release /usr/local/sbin
            cp -r '{BuiltPrograms.Script("config")}' '{BuiltPrograms.Script("docs")}' /opt/release
            mount -t overlay programs -o 'lowerdir=/opt/release:{built}' /opt/backup
            mount --bind '{runtime}' /opt/dotnet
            cp '{tools}/private-systemctl' /usr/local/sbin/systemctl
            printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' '{tools}/private-apt-get' '{_serverPrograms}' >/usr/local/sbin/apt-get
            chmod 755 /usr/local/sbin/*
            """).EndsWith(0);
    }

    private static Process Started(string[] words, string word)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardErrorEncoding = Encoding.UTF8 };
        Process process = Process.Start(start)!;
        string? said = process.StandardOutput.ReadLine();
        Assert.True(said == word, $"{words[0]}: {said} {(said is null ? process.StandardError.ReadToEnd() : "")}");
        return process;
    }
}
