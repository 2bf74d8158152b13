using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Configuration.Resources;
using Backup.Messages.Ids;
using Backup.Node.Running;
using Backup.Transfer.Channels;
using Backup.Transfer.Enrolment;
using Backup.Transfer.Tls;

namespace Backup.Node.Enrolment;

/// <summary>Who is invited, for how long the invitation is good, and for how many days the certificate will be.</summary>
internal sealed record InvitedNode(string Name, NodeRoles Roles, TimeSpan Valid, int Days);

/// <summary>What init, invite, join, renew and certificate do. Each prints what came of it and the next step.</summary>
internal static class NodeEnrolment
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly SystemEntropy Entropy = new();

    public static void Init(NodeSettings settings, int days)
    {
        DataOwner.MustBeThisUser(settings.Data);
        if (!settings.Has(NodeRole.Director))
            throw new NodeRefusedException($"node {settings.Node.Name} is no director; run init on the director's host, and join here");
        using NodeLock held = NodeLock.Take(settings.Data);
        var folder = new CertificateFolder(settings.TlsFolder);
        if (folder.HasAuthorityKey || folder.HasNode)
            throw new NodeRefusedException($"{settings.TlsFolder} has certificates already; 'backup-node certificate' shows them");
        InstallationId installation = settings.ReadInstallation() ?? new InstallationId(Entropy.NewGuid());
        settings.WriteInstallation(installation);
        using CertificateAuthority authority = CertificateAuthority.Create(installation, Clock, Entropy);
        folder.SaveAuthority(authority);
        Say($"installation {installation} is made; its authority is SHA-256 {NodeCertificates.Fingerprint(authority.Certificate)}");
        IssueOwn(settings, authority, installation, days);
        Say("keep a copy of authority.key in a safe place; next: 'backup-node run' here, "
            + "and for each further host 'backup-node invite NAME --roles ...' here and 'backup-node join' there");
    }

    /// <summary>
    /// The node that has the authority's key asks nobody, so that its certificate can be renewed when it has ended already. A running node
    /// goes on with the one it has read.
    /// </summary>
    public static void Renew(NodeSettings settings, int days)
    {
        DataOwner.MustBeThisUser(settings.Data);
        var folder = new CertificateFolder(settings.TlsFolder);
        if (!folder.HasAuthorityKey)
            throw new NodeRefusedException($"{settings.TlsFolder} has no authority.key; renew by 'backup-node invite {settings.Node.Name} ...' "
                + "on the director's host and 'backup-node join' here");
        InstallationId installation = settings.ReadInstallation()
            ?? throw new NodeRefusedException($"{settings.InstallationFile} does not say which installation this is; restore that file");
        using CertificateAuthority authority = folder.LoadAuthority(Clock, Entropy);
        IssueOwn(settings, authority, installation, days);
        Say("next: start this node anew");
    }

    public static void Invite(NodeSettings settings, InvitedNode invited)
    {
        DataOwner.MustBeThisUser(settings.Data);
        if (!NodeIdentity.IsNodeName(invited.Name))
            throw new NodeRefusedException($"'{invited.Name}' is no node's name: letters, digits, '.', '_', '-', at most 64");
        var folder = new CertificateFolder(settings.TlsFolder);
        if (!folder.HasAuthorityKey)
            throw new NodeRefusedException($"{settings.TlsFolder} has no authority.key; invite on the host where 'backup-node init' ran");
        using NodeCertificates own = Loaded(folder, settings);
        string endpoint = settings.Node.Reach.ControlAddress ?? settings.Node.ControlListen;
        var who = new NodeIdentity(invited.Name, invited.Roles, own.Own.Installation);
        InvitationToken token = new InvitationLedger(folder, Clock, Entropy)
            .Invite(who, endpoint, SHA256.HashData(own.Authority.RawData), invited.Valid, invited.Days);
        Console.WriteLine(token.ToLine());
        Console.Error.WriteLine($"backup-node: good once until {token.Expires}; on that host: backup-node join TOKEN --config FILE");
        if (IPEndPoint.TryParse(endpoint, out IPEndPoint? address) && IPAddress.IsLoopback(address.Address))
            Console.Error.WriteLine($"backup-node: it names {endpoint}, which only this host can reach; for others set control-address");
    }

    public static void Join(NodeSettings settings, InvitationToken token)
    {
        DataOwner.MustBeThisUser(settings.Data);
        using NodeLock held = NodeLock.Take(settings.Data);
        var folder = new CertificateFolder(settings.TlsFolder);
        if (folder.HasAuthorityKey)
            using (CertificateAuthority mine = folder.LoadAuthority(Clock, Entropy))
                if (!token.Authority.AsSpan().SequenceEqual(SHA256.HashData(mine.Certificate.RawData)))
                    throw new NodeRefusedException(
                        $"{settings.TlsFolder} is the authority of another installation; take another data directory");
        using JoinedNode joined = Joining.Join(token, settings.Node.Name, new ChannelSettings(Clock), NodeHost.Version);
        folder.SaveNode(joined.Authority, joined.Certificate, joined.Key);
        using NodeCertificates own = Loaded(folder, settings);
        settings.WriteInstallation(own.Own.Installation);
        Say($"joined installation {own.Own.Installation}");
        Say(Describe(own.Own, own.Certificate));
        NodeRoles lacks = NodeTransport.RolesOf(settings.Node.Roles) & ~own.Own.Roles;
        if (lacks != NodeRoles.None)
            Console.Error.WriteLine($"backup-node: the configuration gives it the role {(own.Own with { Roles = lacks }).RoleWords} too, "
                + "and the certificate does not; invite it with all its roles");
    }

    public static void Show(NodeSettings settings)
    {
        var folder = new CertificateFolder(settings.TlsFolder);
        using NodeCertificates own = Loaded(folder, settings);
        Say(Describe(own.Own, own.Certificate));
        Say($"installation {own.Own.Installation}; its authority is SHA-256 {NodeCertificates.Fingerprint(own.Authority)}"
            + (folder.HasAuthorityKey ? ", whose key is here" : ""));
        if (own.OwnRefusal is { } refusal) throw new NodeRefusedException(refusal);
    }

    private static void IssueOwn(NodeSettings settings, CertificateAuthority authority, InstallationId installation, int days)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var identity = new NodeIdentity(settings.Node.Name, NodeTransport.RolesOf(settings.Node.Roles), installation);
        using X509Certificate2 certificate = authority.Issue(identity, new PublicKey(key), days);
        new CertificateFolder(settings.TlsFolder).SaveNode(authority.Certificate, certificate, key);
        Say(Describe(identity, certificate));
    }

    private static NodeCertificates Loaded(CertificateFolder folder, NodeSettings settings) => folder.LoadNode(Clock)
        ?? throw new NodeRefusedException($"node {settings.Node.Name} has no certificate in {folder.Folder}; run init or join first");

    private static string Describe(NodeIdentity identity, X509Certificate2 certificate) => string.Create(CultureInfo.InvariantCulture,
        $"certificate of node '{identity.Node}', roles {identity.RoleWords}, "
        + $"until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");

    private static void Say(string line) => Console.WriteLine($"backup-node: {line}");
}
