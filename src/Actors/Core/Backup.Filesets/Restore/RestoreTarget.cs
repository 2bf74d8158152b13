using Backup.Messages.Clients;

namespace Backup.Filesets.Restore;

/// <summary>
/// Where a tree is written and by which rule. <paramref name="Folder"/> is put before every path of the tree, empty means the original
/// place; what is missing of it is made. <paramref name="Prefix"/> begins the temporary names that entries have until they are whole.
/// </summary>
public sealed record RestoreTarget(byte[] Folder, ReplaceRule Replace, bool DryRun, string Prefix);

/// <summary>What became of a directory of the tree.</summary>
public enum DirectoryState : byte
{
    /// <summary>Not made, and neither is anything below: a problem names why.</summary>
    Refused = 0,
    Made = 1,

    /// <summary>It was there; what it holds already stays.</summary>
    Merged = 2,
}
