using Backup.Filesets.Select;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Walk;

/// <summary>
/// Walks all roots of a FileSet as one tree from "/", in the fixed order, with an explicit stack: depth is bounded by memory (some
/// hundred bytes a level), never by the thread. One thread.
/// </summary>
public sealed class TreeWalk
{
    private readonly IFileTree _files;
    private readonly FileSet _fileSet;
    private readonly IWalkVisitor _visitor;
    private readonly FileSelector _selector;
    private readonly DirectoryRules _rules;
    private readonly RootTree _roots;
    private readonly PathBuffer _path = new();
    private readonly List<WalkLevel> _levels = [];
    private int _depth;

    /// <summary>Throws <see cref="FileSetException"/> or <see cref="FormatException"/> where the FileSet cannot be read.</summary>
    public TreeWalk(IFileTree files, FileSet fileSet, IWalkVisitor visitor)
    {
        (_files, _fileSet, _visitor) = (files, fileSet, visitor);
        _selector = new FileSelector(fileSet);
        _rules = new DirectoryRules(files, fileSet);
        _roots = RootTree.Of(fileSet);
    }

    /// <summary>Runs to the end. A root that is missing or cannot be reached ends it with a <see cref="FileSetException"/>.</summary>
    public void Run(CancellationToken cancellation)
    {
        try
        {
            Start();
            while (_depth > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                WalkLevel level = _levels[_depth - 1];
                if (level.Next < level.Listing.Count) Step(level, level.Next++);
                else Leave(level);
            }
        }
        finally
        {
            while (_depth > 0) _levels[--_depth].Opened?.Dispose();
        }
    }

    private void Start()
    {
        SystemFault fault = _files.OpenRoot(out IOpenDirectory? root);
        FileStatus status = default;
        if (fault.IsNone) fault = root!.Status(out status);
        if (!fault.IsNone) throw new FileSetException($"cannot open '/': {fault.Words}");
        var facts = new DirectoryFacts(root!) { IsRoot = _roots.IsRoot, IsPassage = !_roots.IsRoot };
        Enter(new WalkedEntry(_path.Path, null, status), facts, _roots, _selector.Decide(_path.Path, isDirectory: true, Selection.Start));
    }

    private void Leave(WalkLevel level)
    {
        _visitor.Leave();
        level.Opened?.Dispose();
        level.Opened = null;
        _depth--;
        if (_depth > 0) _path.CutTo(_levels[_depth - 1].PathLength);
    }

    private void Step(WalkLevel level, int position)
    {
        ReadOnlySpan<byte> name = level.Listing[position];
        bool isDirectory = level.Listing.IsDirectory(position);
        _path.CutTo(level.PathLength);
        _path.Append(name);
        RootTree? root = level.Roots?.Child(name);
        Selection selection = _selector.Decide(_path.Path, isDirectory, level.Selection);
        if (selection.Choice == Choice.Left && root is null) return;
        SystemFault fault = level.Opened!.Status(name, out FileStatus status);
        if (fault.IsNone && isDirectory != (status.Kind == EntryKind.Directory)) fault = new SystemFault(SystemFault.NoEntry);
        var entry = new WalkedEntry(_path.Path, level.Opened, status);
        if (!fault.IsNone) Miss(entry, isDirectory, fault, root);
        else if (_fileSet.HonourNoDump && status.NoDump && root is null) return;
        else if (isDirectory) StepInto(level, entry, root, selection);
        else if (selection.Choice == Choice.Selected) _visitor.File(entry);
    }

    private void StepInto(WalkLevel level, in WalkedEntry entry, RootTree? root, Selection selection)
    {
        bool isRoot = root is { IsRoot: true };
        bool passage = level.RootsOnly && !isRoot;
        UnsavedReason outside = UnsavedReason.None;
        string detail = "";
        if (!passage) outside = _rules.Outside(entry.Status, level.Status, isRoot, out detail);
        if (outside == UnsavedReason.None && !passage && !entry.Status.IsOnFileSystemOf(level.Status) && IsAbove(entry.Status))
            (outside, detail) = (UnsavedReason.MountPointNotCrossed, "the same directory as one above it");
        bool leadsOn = root is { Children.Count: > 0 };
        if (outside != UnsavedReason.None && !leadsOn)
        {
            if (selection.Choice == Choice.Selected) _visitor.NotCrossed(entry, outside, detail);
            return;
        }
        if (selection.Choice == Choice.Left) passage = true;
        Open(level, entry, root, selection, new DirectoryFacts
        {
            IsRoot = isRoot,
            IsPassage = passage || outside != UnsavedReason.None,
            IsNotCrossed = outside != UnsavedReason.None,
            IsSearched = selection.Choice == Choice.Search && !passage,
            IsOnFileSystemOfParent = entry.Status.IsOnFileSystemOf(level.Status),
        });
    }

    private void Open(WalkLevel level, in WalkedEntry entry, RootTree? root, Selection selection, in DirectoryFacts facts)
    {
        SystemFault fault = level.Opened!.OpenDirectory(entry.Name, out IOpenDirectory? opened);
        if (fault.IsNone)
        {
            fault = opened!.Status(out FileStatus now);
            if (fault.IsNone && (now.Inode != entry.Status.Inode
                || now.Device != entry.Status.Device)) fault = new SystemFault(SystemFault.NoEntry);
            if (!fault.IsNone) opened.Dispose();
        }
        if (!fault.IsNone) Miss(entry, isDirectory: true, fault, root);
        else Enter(entry, facts with { Opened = opened! }, root, selection);
    }

    /// <summary>Whatever a missing root or the visitor throws, the directory is closed before those above it.</summary>
    private void Enter(in WalkedEntry entry, in DirectoryFacts facts, RootTree? root, Selection selection)
    {
        bool isEntered = false;
        try
        {
            isEntered = TryEnter(entry, facts, root, selection);
        }
        finally
        {
            if (!isEntered) facts.Opened.Dispose();
        }
    }

    private bool TryEnter(in WalkedEntry entry, in DirectoryFacts facts, RootTree? root, Selection selection)
    {
        if (_depth == _levels.Count) _levels.Add(new WalkLevel());
        WalkLevel next = _levels[_depth];
        next.Listing.Clear();
        SystemFault fault = facts.IsPassage ? ListRoots(facts.Opened, root!, next.Listing) : facts.Opened.List(next.Listing);
        bool isEmpty = next.Listing.Count == 0;
        next.Listing.Sort();
        if (!fault.IsNone || (!facts.IsPassage && !_rules.Admit(facts.Opened, next.Listing)))
        {
            if (!fault.IsNone) Miss(entry, isDirectory: true, fault, root);
            return false;
        }
        _visitor.Enter(entry, facts with { IsEmpty = isEmpty });
        next.Opened = facts.Opened;
        next.Status = entry.Status;
        next.Roots = root;
        next.RootsOnly = facts.IsPassage;
        next.Selection = selection;
        next.PathLength = _path.Length;
        next.Next = 0;
        _depth++;
        return true;
    }

    private SystemFault ListRoots(IOpenDirectory directory, RootTree roots, DirectoryListing listing)
    {
        foreach (RootTree child in roots.Children)
        {
            SystemFault fault = directory.Status(child.Name, out FileStatus status);
            if (!fault.IsNone) throw new FileSetException(RootFault(BytePath.Join(_path.Path, child.Name), fault.Words));
            bool leads = child.Children.Count > 0 || !child.IsRoot;
            if (leads && status.Kind == EntryKind.Symlink)
                throw new FileSetException(RootFault(BytePath.Join(_path.Path, child.Name),
                    "is a symbolic link on the way to a root: name the directory it points to"));
            if (!listing.TryAdd(child.Name, status.Kind == EntryKind.Directory)) return new SystemFault(SystemFault.NoMemory);
        }
        return SystemFault.None;
    }

    private void Miss(in WalkedEntry entry, bool isDirectory, SystemFault fault, RootTree? root)
    {
        if (root is not null) throw new FileSetException(RootFault(entry.Path, fault.Words));
        _visitor.Missed(entry, isDirectory, fault);
    }

    private string RootFault(ReadOnlySpan<byte> path, string words) =>
        $"FileSet '{_fileSet.Name}': cannot save root {ByteText.Show(path)}: {words}";

    /// <summary>A mount that leads back to a directory the walk is in would never end.</summary>
    private bool IsAbove(in FileStatus status)
    {
        for (int i = 0; i < _depth; i++)
            if (_levels[i].Status.Inode == status.Inode && _levels[i].Status.Device == status.Device) return true;
        return false;
    }
}
