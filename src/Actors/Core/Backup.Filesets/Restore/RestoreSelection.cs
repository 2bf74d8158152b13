using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>
/// The chosen paths of a tree, as a tree of names. What is at or below a chosen path is restored, what leads to one is entered.
/// </summary>
internal sealed class RestoreSelection
{
    private readonly Dictionary<byte[], RestoreSelection> _below = new(ByteNameComparer.Instance);
    private bool _met;

    /// <summary>This path itself was chosen, with all below.</summary>
    public bool IsChosen { get; private set; }

    /// <summary>Throws FormatException where a path is none.</summary>
    public static RestoreSelection Of(IEnumerable<byte[]> paths)
    {
        var root = new RestoreSelection();
        foreach (byte[] path in paths)
        {
            RestoreSelection at = root;
            foreach (byte[] name in BytePath.Names(path))
            {
                if (!at._below.TryGetValue(name, out RestoreSelection? next)) at._below.Add(name, next = new RestoreSelection());
                at = next;
            }
            at.IsChosen = true;
        }
        root._met = true;
        return root;
    }

    /// <summary>What is chosen of an entry of this directory; null where nothing is.</summary>
    public RestoreSelection? Enter(byte[] name)
    {
        if (!_below.TryGetValue(name, out RestoreSelection? below)) return IsChosen ? this : null;
        below._met = true;
        if (IsChosen) below.IsChosen = true;
        return below;
    }

    /// <summary>Chosen paths that the walk did not come by.</summary>
    public IEnumerable<byte[]> Missing() => Missing(BytePath.Root.ToArray());

    private IEnumerable<byte[]> Missing(byte[] path)
    {
        if (!_met && IsChosen) yield return path;
        foreach ((byte[] name, RestoreSelection below) in _below)
            foreach (byte[] missing in below.Missing(BytePath.Join(path, name))) yield return missing;
    }

    private sealed class ByteNameComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteNameComparer Instance = new();
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] name)
        {
            var hash = new HashCode();
            hash.AddBytes(name);
            return hash.ToHashCode();
        }
    }
}
