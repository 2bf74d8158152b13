using Backup.Filesets.Walk;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Compare;

public sealed partial class TreeScan
{
    private sealed record MissedFile(UnsavedFile Unsaved, TreeEntry? Older);

    /// <summary>
    /// The second try, after the whole walk: what can be read now comes into the tree, whose directories on the way are built again; what
    /// cannot is listed with the reason of this try.
    /// </summary>
    private NodeId RetryMissed(NodeId root, CancellationToken cancellation)
    {
        foreach (MissedFile missed in _missed)
        {
            cancellation.ThrowIfCancellationRequested();
            Counts.Retried++;
            Outcome outcome = Reread(missed);
            if (outcome.Entry is { } entry && PutIn(ref root, missed, entry)) Counts.SavedOnRetry++;
            else List(missed.Unsaved with
            {
                Reason = outcome.Fault == UnsavedReason.None ? missed.Unsaved.Reason : outcome.Fault,
                Detail = outcome.Fault == UnsavedReason.None ? missed.Unsaved.Detail : outcome.Detail,
            });
        }
        _missed.Clear();
        return root;
    }

    private bool PutIn(ref NodeId root, MissedFile missed, TreeEntry entry)
    {
        try
        {
            root = new TreePatch(_nodes.Source, EmitPatched).Put(root, missed.Unsaved.Path, entry);
        }
        catch (MissingNodeException)
        {
            return false;
        }
        if (missed.Older is null) Counts.Entries++;
        else Needs.Count(missed.Older, -1);
        Needs.Count(entry);
        return true;
    }

    private void EmitPatched(NodeId id, byte[] encoding)
    {
        Needs.CountNode(_order.Session);
        _sink.Node(id, encoding);
    }

    /// <summary>Goes down by names again: the walk's directories are closed.</summary>
    private Outcome Reread(MissedFile missed)
    {
        var opened = new Stack<IOpenDirectory>();
        try
        {
            SystemFault fault = _files.OpenRoot(out IOpenDirectory? at);
            IReadOnlyList<byte[]> names = BytePath.Names(missed.Unsaved.Path);
            for (int i = 0; fault.IsNone && i < names.Count - 1; i++)
            {
                opened.Push(at!);
                fault = at!.OpenDirectory(names[i], out at);
            }
            FileStatus status = default;
            if (at is not null) opened.Push(at);
            if (fault.IsNone) fault = at!.Status(names[^1], out status);
            if (fault.IsNone && status.Kind == EntryKind.Directory) fault = new SystemFault(SystemFault.NoEntry);
            return fault.IsNone ? Examine(new WalkedEntry(missed.Unsaved.Path, at, status), missed.Older) : Outcome.Of(fault);
        }
        finally
        {
            while (opened.TryPop(out IOpenDirectory? directory)) directory.Dispose();
        }
    }
}
