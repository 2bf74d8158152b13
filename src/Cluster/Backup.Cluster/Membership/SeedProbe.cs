using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;

namespace Backup.Cluster.Membership;

/// <summary>
/// What one probe of an address found: it may be dialled (Problem is null), nobody answers (IsForeign is false), or somebody answers who is
/// not to be trusted. Shown is whom the certificate there names.
/// </summary>
internal sealed record SeedAnswer(Address Seed, string? Problem, bool IsForeign, MemberIdentity? Shown = null);

/// <summary>
/// Dials an address with a handshake of its own before Akka does: Akka ends the whole actor system of the one who dials where a handshake
/// fails (measured), so one foreign certificate at a seed's address would end it again and again. Thread safe.
/// </summary>
internal sealed class SeedProbe(MemberSecurity? security, TimeProvider clock)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<SeedAnswer>> Of(IReadOnlyList<Address> seeds) =>
        await Task.WhenAll(seeds.Select(Of)).ConfigureAwait(false);

    private async Task<SeedAnswer> Of(Address seed)
    {
        string? refusal = null;
        MemberIdentity? identity = null;
        using var deadline = new CancellationTokenSource(Deadline, clock);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(seed.Host, seed.Port!.Value, deadline.Token).ConfigureAwait(false);
            if (security is not null)
            {
                using var stream = new SslStream(socket.GetStream());
                await stream.AuthenticateAsClientAsync(
                    Options(seed, security, why => refusal = why, who => identity = who), deadline.Token).ConfigureAwait(false);
            }
            return new SeedAnswer(seed, null, false, identity);
        }
        catch (AuthenticationException e)
        {
            return new SeedAnswer(seed, refusal ?? e.Message, true);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return new SeedAnswer(seed, refusal ?? e.Message, refusal is not null);
        }
        catch (OperationCanceledException)
        {
            return new SeedAnswer(seed, $"no answer within {Deadline.TotalSeconds:0} s", false);
        }
    }

    private static SslClientAuthenticationOptions Options(
        Address seed, MemberSecurity security, Action<string> refused, Action<MemberIdentity?> shows) => new()
    {
        TargetHost = seed.Host,
        ClientCertificates = [security.Certificate],
        RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            string? why = shown is X509Certificate2 certificate ? security.Refusal(certificate) : "no certificate was shown";
            if (why is not null) refused(why);
            else shows(security.Named((X509Certificate2)shown!));
            return why is null;
        },
    };
}
