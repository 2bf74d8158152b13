namespace Backup.Configuration.Resources;

/// <summary>The keys of a Node that say where its console's socket is and who may use it.</summary>
internal static class NodeConsoleKeys
{
    private const string Socket = "console-socket", Group = "console-group";

    /// <summary>Longest name that useradd and groupadd take (LOGIN_NAME_MAX).</summary>
    private const int NameMax = 32;

    public static readonly ResourceKey[] All =
    [
        new(Socket, KeyType.Text, "The console's unix socket; relative to the data directory.", "run/backup.sock"),
        new(Group, new KeyType("name of a group of the host", GroupName),
            "Members of this group may use the console too; console-socket is then an absolute path that they can reach."),
    ];

    public static string SocketOf(ResourceValues node) => node.Get<string>(Socket);

    public static string? GroupOf(ResourceValues node) => node.Text(Group);

    /// <summary>Nobody but its owner gets into a data directory, so that a socket in it is of no use to a group.</summary>
    public static (string Key, string Text)? Mistake(ResourceValues node)
    {
        if (node.Text(Group) is null || node.Text(Socket) is not { } socket) return null;
        bool reachable = socket.StartsWith('/')
            && !(node.Text("data-directory") is { } data && socket.StartsWith(data.TrimEnd('/') + "/", StringComparison.Ordinal));
        return reachable ? null
            : (Socket, $"{Socket}: {socket} is in the data directory, where members of {Group} cannot go;"
                + " give a path like /run/backup/console.sock");
    }

    private static string GroupName(string text)
    {
        bool isName = text.Length is > 0 and <= NameMax && (char.IsAsciiLetter(text[0]) || text[0] == '_')
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');
        return isName ? text : throw new FormatException($"'{text}' is no name of a group");
    }
}
