using Backup.Filesets.Walk;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.TestKit.Trees;

/// <summary>One inode of a <see cref="VirtualFileTree"/>, with what a file system may do to whoever reads it.</summary>
public sealed class VirtualNode
{
    public required EntryKind Kind { get; init; }
    public required ulong Inode { get; set; }
    public uint Mode { get; set; } = 0x1a4;
    public uint Links { get; set; } = 1;
    public byte[] Content { get; set; } = [];
    public byte[] Target { get; set; } = [];
    public ulong DeviceNumber { get; set; }
    public bool NoDump { get; set; }
    public Instant Modified { get; set; } = new(1_000_000, 5);
    public Instant Changed { get; set; } = new(1_000_000, 5);
    public List<ExtendedAttribute> Attributes { get; } = [];

    /// <summary>Runs with data where the file has holes; null where it has none.</summary>
    public List<FileExtent>? Extents { get; set; }

    /// <summary>Of a directory: the mount whose root it is; 0 where it lies on its parent's.</summary>
    public ulong Mount { get; set; }

    /// <summary>Names as Latin-1 text, one character a byte, in byte order.</summary>
    public SortedDictionary<string, VirtualNode> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>What opening, reading or asking the status answers, so many times; -1 for ever.</summary>
    public (SystemFault Fault, int Times) OpenFault { get; set; }
    public (SystemFault Fault, int Times) ReadFault { get; set; }
    public (SystemFault Fault, int Times) StatusFault { get; set; }

    /// <summary>Called after each read, so many times: to change the file under the reader.</summary>
    public (Action<VirtualNode> Change, int Times) WhileRead { get; set; }

    internal static SystemFault Take((SystemFault Fault, int Times) script, Action<(SystemFault, int)> store)
    {
        if (script.Times == 0) return SystemFault.None;
        if (script.Times > 0) store((script.Fault, script.Times - 1));
        return script.Fault;
    }
}
