using Backup.Filesets.Linux;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>
/// Opens directories below one root by their names, step by step and without ever following a symbolic link, so that no entry can lead
/// outside. Paths may be longer than PATH_MAX. At most <see cref="OpenMax"/> descriptors are held: those of the deepest levels.
/// </summary>
internal sealed class DirectoryCursor(int root) : IDisposable
{
    public const int OpenMax = 64;
    private readonly List<Level> _levels = [];

    /// <summary>Grows whenever another directory than before was asked for.</summary>
    public long Moves { get; private set; }

    private struct Level
    {
        public byte[] Name;
        public int Descriptor; // -1 where it was closed to stay within OpenMax
    }

    /// <summary>The descriptor of a directory, valid until the next call; or the negative error number.</summary>
    public int Open(ReadOnlySpan<byte> path)
    {
        int depth = 0;
        ReadOnlySpan<byte> rest = path[1..];
        while (!rest.IsEmpty && depth < _levels.Count)
        {
            ReadOnlySpan<byte> name = BytePath.TakeName(rest, out ReadOnlySpan<byte> after);
            if (!name.SequenceEqual(_levels[depth].Name)) break;
            rest = after;
            depth++;
        }
        if (depth < _levels.Count || !rest.IsEmpty) Moves++;
        CloseFrom(depth);
        while (!rest.IsEmpty)
        {
            _levels.Add(new Level { Name = BytePath.TakeName(rest, out rest).ToArray(), Descriptor = -1 });
        }
        return OpenLevels();
    }

    /// <summary>The directory that holds <paramref name="path"/>, and the last name of it.</summary>
    public int OpenParent(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        BytePath.Split(path, out ReadOnlySpan<byte> directory, out name);
        return Open(directory);
    }

    /// <summary>A name that can stand for one entry of a directory, and leads nowhere else.</summary>
    public static bool IsSafe(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && !name.ContainsAny(BytePath.Slash, (byte)0);

    public void Dispose()
    {
        CloseFrom(0);
        WriteCalls.Close(root);
    }

    private int OpenLevels()
    {
        if (root < 0) return -ErrorNumber.NoEntry;
        int from = _levels.Count;
        while (from > 0 && _levels[from - 1].Descriptor < 0) from--;
        int current = from == 0 ? root : _levels[from - 1].Descriptor;
        for (int i = from; i < _levels.Count; i++)
        {
            int opened = IsSafe(_levels[i].Name) ? WriteCalls.OpenDirectory(current, _levels[i].Name) : -ErrorNumber.Invalid;
            if (opened < 0)
            {
                CloseFrom(i);
                return opened;
            }
            SetDescriptor(i, opened);
            if (i >= OpenMax) Forget(i - OpenMax);
            current = opened;
        }
        return current;
    }

    private void SetDescriptor(int level, int descriptor) => _levels[level] = _levels[level] with { Descriptor = descriptor };

    private void Forget(int level)
    {
        WriteCalls.Close(_levels[level].Descriptor);
        SetDescriptor(level, -1);
    }

    private void CloseFrom(int depth)
    {
        for (int i = depth; i < _levels.Count; i++) WriteCalls.Close(_levels[i].Descriptor);
        _levels.RemoveRange(depth, _levels.Count - depth);
    }
}
