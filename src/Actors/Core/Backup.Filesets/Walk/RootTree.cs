using Backup.Filesets.Select;
using Backup.Messages.Clients;
using Backup.Messages.Values;

namespace Backup.Filesets.Walk;

/// <summary>The roots of a FileSet as one tree from "/": a root itself, or a directory on the way to one.</summary>
public sealed class RootTree
{
    private readonly List<RootTree> _children = [];

    private RootTree(byte[] name) => Name = name;

    public byte[] Name { get; }

    /// <summary>A root of the FileSet; false for a directory that only leads to one.</summary>
    public bool IsRoot { get; private set; }

    /// <summary>In the order of their name bytes.</summary>
    public IReadOnlyList<RootTree> Children => _children;

    /// <summary>Throws <see cref="FileSetException"/> where a root is no absolute path, or there is none.</summary>
    public static RootTree Of(FileSet fileSet)
    {
        ArgumentNullException.ThrowIfNull(fileSet);
        if (fileSet.Roots.Count == 0) throw new FileSetException($"FileSet '{fileSet.Name}' has no roots: name at least one path");
        var top = new RootTree([]);
        foreach (string root in fileSet.Roots) top.Add(fileSet.Name, root);
        return top;
    }

    private void Add(string fileSet, string root)
    {
        if (!root.StartsWith('/')) throw new FileSetException($"FileSet '{fileSet}': root '{root}' is not absolute: begin it with '/'");
        RootTree at = this;
        try
        {
            foreach (byte[] name in BytePath.Names(ByteText.Parse(root))) at = at.ChildOrNew(name);
        }
        catch (FormatException e)
        {
            throw new FileSetException($"FileSet '{fileSet}': root '{root}': {e.Message}", e);
        }
        at.IsRoot = true;
    }

    private RootTree ChildOrNew(byte[] name)
    {
        if (Child(name) is { } child) return child;
        child = new RootTree(name);
        _children.Add(child);
        _children.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return child;
    }

    public RootTree? Child(ReadOnlySpan<byte> name)
    {
        foreach (RootTree child in _children)
            if (name.SequenceEqual(child.Name)) return child;
        return null;
    }
}
