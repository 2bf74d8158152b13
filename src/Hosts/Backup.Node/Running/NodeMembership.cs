using Backup.Cluster.Membership;
using Backup.Configuration.Resources;
using Backup.Transfer.Tls;

namespace Backup.Node.Running;

/// <summary>From the keys of a Node to what a member of the cluster is.</summary>
internal static class NodeMembership
{
    /// <summary>Without certificates it is a member on loopback, by plain TCP.</summary>
    public static MemberSettings Of(NodeSettings settings, NodeCluster cluster, NodeCertificates? certificates) => new(
        settings.Node.Name,
        [.. settings.Node.Roles.Where(role => role != NodeRole.Client).Select(role => role.ToString().ToLowerInvariant())],
        cluster.Listen, cluster.Address, cluster.Seeds,
        certificates is null ? null : new MemberSecurity(
            certificates.Certificate, certificates.ClusterRefusal, shown => Named(certificates.Verify(shown).Identity)),
        settings.ClusterFolder);

    private static MemberIdentity? Named(NodeIdentity? identity) =>
        identity is null ? null : new MemberIdentity(identity.Node, identity.RoleWords.Split(','));

    /// <summary>Refuses, with one line, roles that this node cannot have as it is configured.</summary>
    public static void Check(NodeSettings settings)
    {
        NodeResource node = settings.Node;
        if (settings.Has(NodeRole.Storage) && !settings.Has(NodeRole.Director) && node.Cluster is null)
            throw new NodeRefusedException($"node {node.Name} has the role Storage and no director in its process; give it cluster-listen, "
                + "and cluster-seeds with the director's cluster-address");
        if (settings.Has(NodeRole.Storage) && !settings.Storages.Any() && !settings.Has(NodeRole.Director))
            throw new NodeRefusedException($"node {node.Name} has the role Storage and acts for none; "
                + $"add a Storage with node = {node.Name}");
    }
}
