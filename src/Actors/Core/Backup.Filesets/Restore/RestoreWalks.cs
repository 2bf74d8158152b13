using Backup.Messages.Clients;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Makes directories and entries without content; what has content or is linked is put on the lists.</summary>
internal sealed class FirstWalk(TreeWriter writer, RestoreCounts counts, WaitingEntries waiting, DirectoryStates states) : IRestoreVisitor
{
    private readonly Stack<DirectoryState> _entered = new();

    public bool Enter(ReadOnlySpan<byte> path, TreeEntry directory, bool leadsOnly)
    {
        DirectoryState state = writer.MakeDirectory(path);
        states.Add(state);
        if (state == DirectoryState.Refused) return false;
        _entered.Push(state);
        if (!leadsOnly && !directory.Flags.HasFlag(EntryFlags.Passage)) counts.Add(path, EntryKind.Directory);
        return true;
    }

    public void Leave(ReadOnlySpan<byte> path, TreeEntry directory, bool leadsOnly) => _entered.Pop();

    public void Visit(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        // Nothing stands in a directory that was just made.
        bool isFree = _entered.TryPeek(out DirectoryState state) && state == DirectoryState.Made;
        if (!isFree && !writer.Accepts(path, entry)) return;
        bool hasContent = entry.Kind == EntryKind.File && entry.Size > 0;
        if (hasContent && entry.Reference.IsNone)
            writer.Problems.Add(writer.ShownPath(path), "its content was never saved; it was left out");
        else if (hasContent) waiting.Contents.Add(path, entry);
        else if (entry.Flags.HasFlag(EntryFlags.HardLinked) && !entry.Reference.IsNone) waiting.Links.Add(path, entry);
        else if (writer.MakeEntry(path, entry)) counts.Add(path, entry.Kind);
    }

    public void Miss(ReadOnlySpan<byte> path, string reason) => writer.Problems.Add(writer.ShownPath(path), reason);
}

/// <summary>
/// Gives directories their attributes when all below them is done. What was there before and only leads to a selection is not touched.
/// </summary>
internal sealed class SecondWalk(RestoreTarget target, TreeWriter writer, DirectoryStates states) : IRestoreVisitor
{
    private readonly Stack<DirectoryState> _entered = new();

    public bool Enter(ReadOnlySpan<byte> path, TreeEntry directory, bool leadsOnly)
    {
        DirectoryState state = states.Next();
        if (state == DirectoryState.Refused) return false;
        _entered.Push(state);
        return true;
    }

    public void Leave(ReadOnlySpan<byte> path, TreeEntry directory, bool leadsOnly)
    {
        bool isOurs = !leadsOnly && !directory.Flags.HasFlag(EntryFlags.Passage) && target.Replace == ReplaceRule.Always;
        if (_entered.Pop() == DirectoryState.Made || isOurs) writer.FinishDirectory(path, directory);
    }

    public void Visit(ReadOnlySpan<byte> path, TreeEntry entry)
    {
    }

    public void Miss(ReadOnlySpan<byte> path, string reason)
    {
    }
}
