using Akka.Actor;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Transfer.Links;

namespace Backup.Actors.Director.Clients;

/// <summary>
/// Lets configured clients attach and turns what their links say into messages for the director. Called on link threads; holds no
/// state but what it was made with.
/// </summary>
public sealed class ClientDesk(DirectorParts parts, ICanTell director) : IControlDesk
{
    public string? Refusal(ControlHello hello, string peer)
    {
        ArgumentNullException.ThrowIfNull(hello);
        return parts.Configuration.Clients.ContainsKey(hello.Client)
            ? null
            : $"client '{hello.Client}' is not in the director's configuration; add a Client resource of that name";
    }

    public void Attached(ControlHello hello, ControlLink link)
    {
        ArgumentNullException.ThrowIfNull(hello);
        ArgumentNullException.ThrowIfNull(link);
        Guid id = parts.Entropy.NewGuid();
        director.Tell(new ClientAttached(hello.Client, id, hello.Platform, Instant.Now(parts.Clock),
            (manifest, body) => link.Send(manifest, body)) { Version = Math.Min(hello.VersionMax, ControlVersion.Max) }, ActorRefs.NoSender);
        link.Start(new Taker(hello.Client, id, link, director));
    }

    private sealed class Taker(string client, Guid id, ControlLink link, ICanTell director) : IControlTaker
    {
        public void Message(string manifest, ReadOnlyMemory<byte> body)
        {
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
