using System.Globalization;

namespace Backup.Filesets.Linux;

/// <summary>
/// Type of each mounted file system by its mount id, from /proc/self/mountinfo (proc(5)); read again when an unknown id turns up.
/// </summary>
internal sealed class MountTable
{
    private const string Source = "/proc/self/mountinfo";
    public const string Unknown = "unknown";

    private readonly Dictionary<ulong, string> _types = [];

    public string TypeOf(ulong mount)
    {
        if (_types.TryGetValue(mount, out string? type)) return type;
        Load();
        if (_types.TryGetValue(mount, out type)) return type;
        return _types[mount] = Unknown;
    }

    private void Load()
    {
        try
        {
            foreach (string line in File.ReadLines(Source))
            {
                string[] fields = line.Split(' ');
                int dash = Array.IndexOf(fields, "-");
                if (dash > 0 && dash + 1 < fields.Length
                    && ulong.TryParse(fields[0], CultureInfo.InvariantCulture, out ulong id)) _types[id] = fields[dash + 1];
            }
        }
        catch (IOException)
        {
            // Without /proc every type is unknown, which no rule names.
        }
    }
}
