using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Ids;
using Backup.Transfer.Tls;

namespace Backup.TestKit.Tls;

/// <summary>An installation of a test: an authority, and certificates of any kind signed by it.</summary>
public sealed class TestInstallation : IDisposable
{
    public const NodeRoles AllRoles = NodeRoles.Director | NodeRoles.Storage | NodeRoles.Client;

    private readonly TimeProvider _clock;
    private readonly List<IDisposable> _made = [];

    public TestInstallation(TimeProvider? clock = null, Guid? id = null)
    {
        _clock = clock ?? TimeProvider.System;
        Id = new InstallationId(id ?? new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        Authority = CertificateAuthority.Create(Id, new YearBefore(_clock), Entropy);
        _made.Add(Authority);
    }

    public static IEntropy Entropy { get; } = new SystemRandomness();

    public InstallationId Id { get; }
    public CertificateAuthority Authority { get; }

    /// <summary>What a node of this installation has; it trusts this installation's authority.</summary>
    public NodeCertificates Node(string name, NodeRoles roles = AllRoles) => Trusting(Signed(name, roles));

    /// <summary>A node whose certificate was good from and until then, in days from now.</summary>
    public NodeCertificates NodeValid(string name, int fromDays, int untilDays)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        return Trusting(Signed(name, AllRoles, now.AddDays(fromDays), now.AddDays(untilDays)));
    }

    private NodeCertificates Trusting(X509Certificate2 own)
    {
        X509Certificate2 known = X509CertificateLoader.LoadCertificate(Authority.Certificate.RawData);
        var node = new NodeCertificates(known, own, _clock);
        _made.Add(node);
        return node;
    }

    private X509Certificate2 Signed(string name, NodeRoles roles, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var identity = new NodeIdentity(name, roles, Id);
        DateTimeOffset now = _clock.GetUtcNow();
        using X509Certificate2 certificate =
            Authority.Issue(identity, new PublicKey(key), from ?? now.AddMinutes(-5), until ?? now.AddDays(100));
        using X509Certificate2 pair = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), null);
    }

    public void Dispose()
    {
        foreach (IDisposable made in _made) made.Dispose();
    }

    /// <summary>An authority that is old enough to have signed what has expired.</summary>
    private sealed class YearBefore(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow().AddYears(-1);
    }

    private sealed class SystemRandomness : IEntropy
    {
        public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }
}
