using Backup.TestKit.Processes;
using Mono.Unix.Native;

namespace Backup.Tests.System.Operating;

/// <summary>A test with hosts of its own, which the kernel gives to root alone; anybody else skips it with that reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrivateNetworkFactAttribute : FactAttribute
{
    public PrivateNetworkFactAttribute()
    {
        if (Syscall.geteuid() != 0) Skip = "only root can make hosts with networks of their own; run it as root";
        else if (ProgramRun.Of("/usr/bin/unshare", ["--net", "--mount", "--pid", "--fork", "/bin/true"]) is { Status: not 0 } refused)
            Skip = $"this system makes no network namespaces: {refused.Errors.Trim()}";
    }
}
