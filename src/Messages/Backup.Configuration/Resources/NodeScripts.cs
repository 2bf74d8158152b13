namespace Backup.Configuration.Resources;

/// <summary>Which scripts the clients of a node run for their director: none, all, or the programs of one folder.</summary>
public sealed record NodeScripts(bool Allowed, string? Folder)
{
    public static readonly NodeScripts None = new(false, null);
}

/// <summary>The key of a Node that says so. It is read from the node's own file alone: no director can change it.</summary>
internal static class NodeScriptKeys
{
    private const string Scripts = "scripts", OnlyFrom = "only-from ";

    public static readonly ResourceKey[] All =
    [
        new(Scripts, new KeyType("yes, no, \"only-from DIR\"", Parse),
            "Whether the node's clients run scripts of their director: all, none, or programs of DIR that only its owner can write.", "no"),
    ];

    public static NodeScripts Read(ResourceValues node) => node.Get<NodeScripts>(Scripts);

    private static NodeScripts Parse(string text)
    {
        if (text.StartsWith(OnlyFrom, StringComparison.Ordinal))
            return new NodeScripts(true, (string)KeyType.AbsolutePath.Read(text[OnlyFrom.Length..].Trim()));
        return (bool)KeyType.Boolean.Read(text) ? new NodeScripts(true, null) : NodeScripts.None;
    }
}
