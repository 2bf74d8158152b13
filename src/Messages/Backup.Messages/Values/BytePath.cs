namespace Backup.Messages.Values;

/// <summary>
/// The one place that splits and joins paths. A path is bytes, absolute, '/' between names, no trailing slash but for the root "/".
/// </summary>
public static class BytePath
{
    public const byte Slash = (byte)'/';

    public static ReadOnlySpan<byte> Root => "/"u8;

    /// <summary>Directory and last name; the root has an empty name. Split and join are inverse.</summary>
    public static void Split(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> directory, out ReadOnlySpan<byte> name)
    {
        int slash = path.LastIndexOf(Slash);
        directory = slash <= 0 ? Root : path[..slash];
        name = path[(slash + 1)..];
    }

    /// <summary>The last name; empty for the root.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> path)
    {
        Split(path, out _, out ReadOnlySpan<byte> name);
        return name;
    }

    /// <summary>
    /// The first name of a path without its leading slash, and what follows behind the next one. For walks that must not allocate.
    /// </summary>
    public static ReadOnlySpan<byte> TakeName(ReadOnlySpan<byte> relative, out ReadOnlySpan<byte> rest)
    {
        int slash = relative.IndexOf(Slash);
        rest = slash < 0 ? default : relative[(slash + 1)..];
        return slash < 0 ? relative : relative[..slash];
    }

    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return directory.ToArray();
        int stem = directory is [Slash] ? 0 : directory.Length;
        var path = new byte[stem + 1 + name.Length];
        directory[..stem].CopyTo(path);
        path[stem] = Slash;
        name.CopyTo(path.AsSpan(stem + 1));
        return path;
    }

    /// <summary>
    /// The names on the way from the root; empty for "/". Repeated and trailing slashes and "." make no difference; ".." is refused.
    /// </summary>
    public static IReadOnlyList<byte[]> Names(ReadOnlySpan<byte> path)
    {
        var names = new List<byte[]>();
        while (!path.IsEmpty)
        {
            ReadOnlySpan<byte> name = TakeName(path, out path);
            if (name.SequenceEqual(".."u8)) throw new FormatException("a path may not contain '..'");
            if (!name.IsEmpty && !name.SequenceEqual("."u8)) names.Add(name.ToArray());
        }
        return names;
    }

    /// <summary>The normal form: absolute, no empty, "." or trailing part.</summary>
    public static byte[] Normalize(ReadOnlySpan<byte> path)
    {
        byte[] normal = Root.ToArray();
        foreach (byte[] name in Names(path)) normal = Join(normal, name);
        return normal;
    }

    /// <summary>True where <paramref name="path"/> is <paramref name="directory"/> or lies below it.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        directory is [Slash] || (path.StartsWith(directory) && (path.Length == directory.Length || path[directory.Length] == Slash));
}
