namespace Backup.Cluster.Membership;

/// <summary>
/// The addresses of the members a director has seen, in a file of its own folder, one a line. A director that starts again asks them
/// first: they
/// may be in the cluster of its earlier life, which it would miss if it began a new one. The file may be deleted; then members that find no
/// director come to it after a while. Not thread safe.
/// </summary>
public sealed class KnownMembers(string folder)
{
    public const int MembersMax = 256;
    private const int AddressCharactersMax = 300;

    private readonly string _file = Path.Combine(folder, "members");
    private string[] _written = [];

    /// <summary>What the file says; nothing where it cannot be read.</summary>
    public IReadOnlyList<string> Read()
    {
        try
        {
            return [.. File.ReadLines(_file).Where(line => line.Length is > 0 and <= AddressCharactersMax).Take(MembersMax)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes the addresses whole, where they have changed. Throws IOException or UnauthorizedAccessException.</summary>
    public void Write(IEnumerable<string> addresses)
    {
        string[] now = [.. addresses.Order(StringComparer.Ordinal).Take(MembersMax)];
        if (now.SequenceEqual(_written)) return;
        Directory.CreateDirectory(folder);
        string written = _file + ".new";
        File.WriteAllLines(written, now);
        File.Move(written, _file, overwrite: true);
        _written = now;
    }
}
