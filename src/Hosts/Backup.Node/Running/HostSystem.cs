using System.Runtime.InteropServices;
using Backup.Messages.Clients;
using Mono.Unix.Native;

namespace Backup.Node.Running;

/// <summary>What this host says of itself, for volume labels and for the director.</summary>
internal static class HostSystem
{
    /// <summary>As uname -a: system, host, release, version, machine; empty where the system does not tell.</summary>
    public static string Description => Syscall.uname(out Utsname name) == 0
        ? $"{name.sysname} {name.nodename} {name.release} {name.version} {name.machine}"
        : "";

    public static ClientPlatform Platform => new(
        Environment.MachineName, OperatingSystem.IsLinux() ? "Linux" : RuntimeInformation.OSDescription,
        Syscall.uname(out Utsname name) == 0 ? name.release : Environment.OSVersion.VersionString,
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), Distribution(), NodeHost.Version, new DriveInfo("/").DriveFormat);

    /// <summary>os-release(5), the name a user knows.</summary>
    private static string Distribution()
    {
        const string key = "PRETTY_NAME=";
        string? line = File.Exists("/etc/os-release")
            ? File.ReadLines("/etc/os-release").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? "unknown" : line[key.Length..].Trim('"');
    }
}
