using Backup.Configuration.Resources;
using Backup.Messages.Ids;
using Backup.Transfer.Enrolment;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>
/// How this node's ports speak: a node that has certificates speaks TLS on all of them, one that has none plain TCP on loopback only.
/// </summary>
internal sealed class NodeTransport : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromDays(1);
    private readonly ITimer? _looking;

    private NodeTransport(NodeCertificates? certificates, ILogger log)
    {
        Certificates = certificates;
        Transport = certificates is null ? new TcpTransport() : new TlsTransport(certificates, TimeProvider.System);
        if (certificates is not null)
            _looking = TimeProvider.System.CreateTimer(_ => SayWhenRenewalIsDue(certificates, log), null, TimeSpan.Zero, LookEvery);
    }

    public ITransport Transport { get; }

    /// <summary>Null on a plain node.</summary>
    public NodeCertificates? Certificates { get; }

    /// <summary>The node's name as offers give it: proven by its certificate, or empty where nothing is proven.</summary>
    public string ProvenNode => Certificates?.Own.Node ?? "";

    /// <summary>Reads DATA/tls and refuses a certificate that is not this node's, not its roles', or out of date.</summary>
    public static NodeTransport Choose(NodeSettings settings, ILogger log)
    {
        try
        {
            NodeCertificates? certificates = NodeCertificates.Load(settings.TlsFolder, TimeProvider.System);
            if (certificates is not null && Refusal(certificates, settings.Node) is { } refusal)
                throw new NodeRefusedException($"{settings.TlsFolder}: {refusal}");
            return new NodeTransport(certificates, log);
        }
        catch (CertificateException e)
        {
            throw new NodeRefusedException(e.Message);
        }
    }

    /// <summary>The roles of a configuration as certificates call them.</summary>
    public static NodeRoles RolesOf(IEnumerable<NodeRole> roles) => roles.Aggregate(NodeRoles.None, (all, role) => all | role switch
    {
        NodeRole.Director => NodeRoles.Director,
        NodeRole.Storage => NodeRoles.Storage,
        _ => NodeRoles.Client,
    });

    /// <summary>The catalog and the certificate must be of one installation; throws the one line where they are not.</summary>
    public void MustBeOf(InstallationId installation)
    {
        if (Certificates is { } known && known.Own.Installation != installation)
            throw new NodeRefusedException($"the catalog is of installation {installation}, this node's certificate of "
                + $"{known.Own.Installation}; give the right data directory, or join again");
    }

    /// <summary>What the control port has for hosts that want to join; null where this node is plain.</summary>
    public Func<IConnection, string>? EnrolmentOf(NodeSettings settings, IEntropy entropy) => Certificates is { } own
        ? new EnrolmentDesk(new CertificateFolder(settings.TlsFolder), own, TimeProvider.System, entropy).Serve
        : null;

    public void Dispose()
    {
        _looking?.Dispose();
        Certificates?.Dispose();
    }

    private static string? Refusal(NodeCertificates certificates, NodeResource node)
    {
        if (certificates.OwnRefusal is { } refusal) return refusal;
        if (certificates.Own.Node != node.Name)
            return $"the certificate is of node '{certificates.Own.Node}', and this is node '{node.Name}'; join with an invitation for it";
        NodeRoles lacks = RolesOf(node.Roles) & ~certificates.Own.Roles;
        return lacks == NodeRoles.None ? null : $"the certificate of node '{node.Name}' has no role "
            + $"{(certificates.Own with { Roles = lacks }).RoleWords}; invite it with its roles and join again";
    }

    private static void SayWhenRenewalIsDue(NodeCertificates certificates, ILogger log)
    {
        if (certificates.RenewalIsDue)
            log.LogWarning("the certificate of node {Node} ends on {Until:u}; renew it: backup-node invite and join, or renew on the host of the authority",
                certificates.Own.Node, certificates.Until);
    }
}
