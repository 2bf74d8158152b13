using Backup.Messages.Ids;

namespace Backup.Volumes.Trees;

/// <summary>
/// Builds the nodes of one directory from entries given in name-byte order (non-directories by <see cref="AddFile"/>, subdirectories by
/// <see cref="AddDirectory"/>; the two may alternate). Each node goes to <paramref name="emit"/> when it is full, children before the node that links them.
/// After <see cref="Complete"/> the builder is empty and ready for the next directory. One thread.
/// </summary>
public sealed class DirectoryBuilder(Action<NodeId, byte[]> emit)
{
    public void AddFile(TreeEntry entry) => throw new NotSupportedException(emit.ToString());

    public void AddDirectory(TreeEntry entry) => throw new NotSupportedException(emit.ToString());

    /// <summary>Emits what is left and gives the directory's node; <see cref="NodeId.Empty"/> where nothing was added.</summary>
    public NodeId Complete() => throw new NotSupportedException(emit.ToString());
}
