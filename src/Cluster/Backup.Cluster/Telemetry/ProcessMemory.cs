using Backup.Messages.Drives;
using Backup.Messages.Values;

namespace Backup.Cluster.Telemetry;

/// <summary>What memory this process uses now.</summary>
public static class ProcessMemory
{
    public static MemoryUse Read() => new(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), AlignedBuffer.Allocated);
}
