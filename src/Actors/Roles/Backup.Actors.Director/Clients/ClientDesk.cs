using System.Net;
using Akka.Actor;
using Backup.Configuration.Resources;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Transfer.Links;
using Backup.Transfer.Tls;

namespace Backup.Actors.Director.Clients;

/// <summary>
/// Lets configured clients attach and turns what their links say into messages for the director. Called on link threads; holds no
/// state but what it was made with.
/// </summary>
public sealed class ClientDesk(DirectorParts parts, ICanTell director) : IControlDesk
{
    public string? Refusal(ControlHello hello, NodeIdentity? identity)
    {
        ArgumentNullException.ThrowIfNull(hello);
        if (!parts.Configuration.Clients.TryGetValue(hello.Client, out ClientResource? client))
            return $"client '{hello.Client}' is not in the director's configuration; add a Client resource of that name";
        if (identity is null) return null; // plain loopback: whoever may open a socket on this host
        if (!identity.Roles.HasFlag(NodeRoles.Client))
            return $"node '{identity.Node}' has no role client; invite it with that role and join again";
        string node = client.Node ?? client.Name;
        return node == identity.Node
            ? null
            : $"node '{identity.Node}' must not act for client '{hello.Client}', whose node is '{node}'; see node in that Client resource";
    }

    public void Attached(ControlHello hello, ControlLink link)
    {
        ArgumentNullException.ThrowIfNull(hello);
        ArgumentNullException.ThrowIfNull(link);
        Guid id = parts.Entropy.NewGuid();
        ClientPlatform platform = hello.Platform with { Address = AddressOf(link.Peer) };
        director.Tell(new ClientAttached(hello.Client, id, platform, Instant.Now(parts.Clock),
            (manifest, body) => ClientProtocol.IsSpoken(link.Version, manifest) && link.Send(manifest, body), link.Dispose)
        {
            Version = link.Version,
        }, ActorRefs.NoSender);
        link.Start(new Taker(hello.Client, id, link, director));
    }

    /// <summary>Without the port, which is another at each contact.</summary>
    private static string AddressOf(string peer)
    {
        if (!IPEndPoint.TryParse(peer, out IPEndPoint? end)) return peer;
        return (end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address).ToString();
    }

    private sealed class Taker(string client, Guid id, ControlLink link, ICanTell director) : IControlTaker
    {
        public void Message(string manifest, ReadOnlyMemory<byte> body)
        {
            if (!ClientProtocol.Map.Knows(manifest) && link.Version > ClientProtocol.VersionMin)
            {
                // A newer client's kind: what it means nobody here knows, so it is told, and the rest of the link goes on.
                var answer = new NotUnderstood(manifest);
                link.Send(ClientProtocol.Map.ManifestOf(answer), ClientProtocol.Map.Encode(answer));
                return;
            }
            try
            {
                director.Tell(new ClientSaid(client, ClientProtocol.Map.Decode(manifest, body)), ActorRefs.NoSender);
            }
            catch (WireFormatException)
            {
                link.Dispose(); // Garbage ends the link; the client dials again and says what it owes.
            }
        }

        public void Closed(string? reason) => director.Tell(new ClientDetached(client, id, reason), ActorRefs.NoSender);
    }
}
