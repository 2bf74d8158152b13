using Backup.Messages.Ids;

namespace Backup.Transfer.Tls;

/// <summary>What a certificate lets its node be.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,
    Director = 1,
    Storage = 2,
    Client = 4,
}

/// <summary>Who a certificate names: a node of an installation, and its roles.</summary>
public sealed record NodeIdentity(string Node, NodeRoles Roles, InstallationId Installation)
{
    private const string Scheme = "backup";
    private const int NodeNameMax = 64;

    private static readonly (NodeRoles Role, string Word)[] Words =
        [(NodeRoles.Director, "director"), (NodeRoles.Storage, "storage"), (NodeRoles.Client, "client")];

    /// <summary>"director,storage,client", as far as they are there.</summary>
    public string RoleWords => string.Join(',', Words.Where(word => Roles.HasFlag(word.Role)).Select(word => word.Word));

    /// <summary>The certificate's name for it: backup://INSTALLATION/NODE?roles=director,storage,client.</summary>
    public Uri ToUri() => new($"{Scheme}://{Installation}/{Node}?roles={RoleWords}");

    /// <summary>Reads such a name; null for any other text.</summary>
    public static NodeIdentity? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme != Scheme) return null;
        const string key = "?roles=";
        string node = uri.AbsolutePath.TrimStart('/');
        if (!Guid.TryParseExact(uri.Host, "N", out Guid installation) || !IsNodeName(node)) return null;
        if (!uri.Query.StartsWith(key, StringComparison.Ordinal) || ParseRoles(uri.Query[key.Length..]) is not { } roles) return null;
        return new NodeIdentity(node, roles, new InstallationId(installation));
    }

    /// <summary>Reads "storage,client"; null where a word is none of the roles or none is there.</summary>
    public static NodeRoles? ParseRoles(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        NodeRoles roles = NodeRoles.None;
        foreach (string word in words.Split(','))
        {
            NodeRoles role = Words.FirstOrDefault(known => known.Word == word).Role;
            if (role == NodeRoles.None) return null;
            roles |= role;
        }
        return roles;
    }

    /// <summary>Whether a name may be a node's: letters, digits, '.', '_', '-', as resources are named.</summary>
    public static bool IsNodeName(string name) => name is { Length: > 0 and <= NodeNameMax } && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}

/// <summary>What a certificate is worth here: whom it names, or the one line it is refused with. Exactly one of them is given.</summary>
public readonly record struct PeerVerdict(NodeIdentity? Identity, string? Refusal);

/// <summary>Certificates or keys of this node cannot be used. One line: what, where, what to do.</summary>
public sealed class CertificateException(string message, Exception? inner = null) : IOException(message, inner);
