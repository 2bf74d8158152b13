using System.Text;

namespace Backup.Filesets.Linux;

/// <summary>Names of users and groups as the system's name service gives them, each asked once. One thread.</summary>
internal sealed unsafe class OwnerNames
{
    private const int NamesMax = 65_536; // beyond it names are asked each time; a bound, not a limit
    private const int BufferBytes = 64 << 10;
    private const int RecordBytes = 128; // more than struct passwd and struct group take; the name is their first pointer

    private readonly Dictionary<uint, string> _users = [];
    private readonly Dictionary<uint, string> _groups = [];

    public string User(uint id) => _users.TryGetValue(id, out string? name) ? name : Keep(_users, id, Ask(id, isGroup: false));

    public string Group(uint id) => _groups.TryGetValue(id, out string? name) ? name : Keep(_groups, id, Ask(id, isGroup: true));

    private static string Keep(Dictionary<uint, string> names, uint id, string name)
    {
        if (names.Count < NamesMax) names[id] = name;
        return name;
    }

    private static string Ask(uint id, bool isGroup)
    {
        byte* record = stackalloc byte[RecordBytes];
        byte* result = null;
        fixed (byte* buffer = new byte[BufferBytes])
        {
            int fault = isGroup
                ? ReadCalls.getgrgid_r(id, record, buffer, BufferBytes, &result)
                : ReadCalls.getpwuid_r(id, record, buffer, BufferBytes, &result);
            if (fault != 0 || result == null) return "";
            ReadOnlySpan<byte> name = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)record);
            return System.Text.Unicode.Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : "";
        }
    }
}
