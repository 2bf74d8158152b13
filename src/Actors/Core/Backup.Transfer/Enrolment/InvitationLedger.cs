using System.Security.Cryptography;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Transfer.Tls;

namespace Backup.Transfer.Enrolment;

/// <summary>
/// An invitation as the director's host keeps it: of the secret only its SHA-256. Used is when its certificate was given.
/// </summary>
internal sealed record Invitation(Guid Id, string Node, string Roles, byte[] SecretHash, Instant Expires, int Days, Instant? Used);

/// <summary>
/// DATA/tls/invitations, a file each. `invite` writes them, the node that runs on the same data redeems them; each is good once. Thread
/// safe.
/// </summary>
public sealed class InvitationLedger(CertificateFolder certificates, TimeProvider clock, IEntropy entropy)
{
    /// <summary>Used and expired ones are kept so long, so that a late comer is told what happened.</summary>
    private static readonly TimeSpan KeptAfter = TimeSpan.FromDays(30);

    private const int FileBytesMax = 4096;
    private readonly Lock _gate = new();

    /// <summary>Writes an invitation and returns its token; the secret is nowhere else.</summary>
    public InvitationToken Invite(NodeIdentity who, string endpoint, byte[] authority, TimeSpan valid, int days)
    {
        ArgumentNullException.ThrowIfNull(who);
        ForgetOld();
        var secret = new byte[InvitationToken.SecretBytes];
        entropy.Fill(secret);
        var token = new InvitationToken(
            endpoint, authority, entropy.NewGuid(), secret, who.Node, Instant.Now(clock).Plus(valid));
        var kept = new Invitation(token.Invitation, who.Node, who.RoleWords, SHA256.HashData(secret), token.Expires, days, null);
        certificates.Write(FileOf(token.Invitation), CborMap.Encode(kept));
        return token;
    }

    /// <summary>Why a request is refused, in one line, or null and the invitation it may use. Nothing is used up by asking.</summary>
    internal (Invitation? Invitation, string? Refusal) Find(Guid id, ReadOnlySpan<byte> secret)
    {
        if (Read(id) is not { } found) return (null, "the invitation is not known here; make a new one with 'backup-node invite'");
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), found.SecretHash))
            return (null, "the invitation's secret is wrong; copy the whole line as it was printed");
        if (found.Used is { } used)
            return (null, $"the invitation was used on {used}; make a new one with 'backup-node invite {found.Node}'");
        return Instant.Now(clock) >= found.Expires
            ? (null, $"the invitation expired on {found.Expires}; make a new one with 'backup-node invite {found.Node}'")
            : (found, null);
    }

    /// <summary>
    /// Uses an invitation up, on stable storage; false where another request was faster. The file is overwritten in place: a torn write
    /// leaves one that cannot be read, and that is refused too.
    /// </summary>
    internal bool Use(Invitation invitation)
    {
        lock (_gate)
        {
            if (Read(invitation.Id) is not { Used: null }) return false;
            using var file = new FileStream(FileOf(invitation.Id), FileMode.Open, FileAccess.Write, FileShare.Read);
            byte[] bytes = CborMap.Encode(invitation with { Used = Instant.Now(clock) });
            file.Write(bytes);
            file.SetLength(bytes.Length);
            file.Flush(flushToDisk: true);
            return true;
        }
    }

    private Invitation? Read(Guid id)
    {
        try
        {
            var file = new FileInfo(FileOf(id));
            return file.Exists && file.Length <= FileBytesMax ? CborMap.Decode<Invitation>(File.ReadAllBytes(file.FullName)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WireFormatException)
        {
            return null;
        }
    }

    private void ForgetOld()
    {
        if (!Directory.Exists(certificates.InvitationsFolder)) return;
        foreach (FileInfo file in new DirectoryInfo(certificates.InvitationsFolder).EnumerateFiles())
            if (Guid.TryParseExact(file.Name, "N", out Guid id)
                && Read(id) is { } known && known.Expires.Plus(KeptAfter) < Instant.Now(clock))
                file.Delete();
    }

    private string FileOf(Guid id) => Path.Combine(certificates.InvitationsFolder, id.ToString("N"));
}
