namespace Backup.Cluster.Membership;

/// <summary>Whom a member's certificate names: a node, and what it may do.</summary>
public sealed record MemberIdentity(string Node, IReadOnlyCollection<string> Roles)
{
    /// <summary>
    /// What is wrong with a member that shows this certificate and says of itself what these roles of the cluster say; null where they
    /// agree. Pure.
    /// </summary>
    public string? Against(string member, IReadOnlyCollection<string> claimed)
    {
        string node = MemberSettings.NodeOf(claimed);
        if (node != Node) return $"member {member} says that it is node '{node}', and its certificate is that of node '{Node}'";
        string? role = MemberSettings.WorkOf(claimed).FirstOrDefault(work => !Roles.Contains(work));
        return role is null ? null
            : $"member {member} says that it has the role {role}, and the certificate of node '{Node}' has {string.Join(", ", Roles)}";
    }
}
