using System.Net;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Backup.Cluster.Startup;

namespace Backup.Cluster.Membership;

/// <summary>
/// A member's certificate with its key, and what it has against a peer's: null, or the refusal in one line. The certificates of peers are
/// judged by this function alone; Named is whom one that is not refused names.
/// </summary>
public sealed record MemberSecurity(
    X509Certificate2 Certificate, Func<X509Certificate2, string?> Refusal, Func<X509Certificate2, MemberIdentity?> Named);

/// <summary>
/// How a node is a member. Listen, Address and Seeds are host:port; without Security all of them are on loopback. KnownFolder is where
/// a director keeps the addresses of the members it has seen.
/// </summary>
public sealed record MemberSettings(string Node, IReadOnlyList<string> Roles, string Listen, string Address, IReadOnlyList<string> Seeds,
    MemberSecurity? Security, string KnownFolder)
{
    public const string DirectorRole = "director", StorageRole = "storage";

    private const string NodePrefix = "node:";

    public bool IsDirector => Roles.Contains(DirectorRole);

    /// <summary>The roles as the cluster carries them: what the node does, and its name.</summary>
    internal IEnumerable<string> ClusterRoles => [.. Roles, NodePrefix + Node];

    private string Scheme => Security is null ? "akka.tcp" : "akka.ssl.tcp";

    /// <summary>The name of a member's node, from its roles; empty where it tells none.</summary>
    public static string NodeOf(IEnumerable<string> roles) =>
        roles.FirstOrDefault(role => role.StartsWith(NodePrefix, StringComparison.Ordinal))?[NodePrefix.Length..] ?? "";

    /// <summary>What a member does, without its name.</summary>
    public static IEnumerable<string> WorkOf(IEnumerable<string> roles) =>
        roles.Where(role => !role.StartsWith(NodePrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The address by which members dial an endpoint.</summary>
    public Address AddressOf(string endpoint)
    {
        (string host, int port) = Split(endpoint);
        return new Address(Scheme, NodeSystem.Name, host, port);
    }

    /// <summary>Throws <see cref="MembershipException"/> with one line where this cannot be run.</summary>
    internal void Check()
    {
        if (Security is not null) return;
        foreach (string endpoint in (string[])[Listen, Address, .. Seeds])
            if (!IsLoopback(Split(endpoint).Host))
                throw new MembershipException($"{endpoint} is not on loopback, and node {Node} has no certificate: members on several "
                    + "hosts need TLS; run backup-node init on the director's host and backup-node join here, or use loopback addresses");
    }

    internal static (string Host, int Port) Split(string endpoint)
    {
        int colon = endpoint.LastIndexOf(':');
        return (endpoint[..colon].Trim('[', ']'), int.Parse(endpoint.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}

/// <summary>The node cannot be a member; one line for the operator.</summary>
public sealed class MembershipException(string message, Exception? inner = null) : IOException(message, inner);
