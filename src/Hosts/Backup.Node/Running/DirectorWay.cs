using Akka.Actor;
using Backup.Actors.Director.Clients;

namespace Backup.Node.Running;

/// <summary>
/// The way from clients' links, which belong to the process, to the director actor of the present life. It knows which links are open, and
/// tells a new director of each, so that none has to be dialled again because actors were made anew. Thread safe.
/// </summary>
internal sealed class DirectorWay : ICanTell
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ClientAttached> _links = [];
    private IActorRef? _director;

    /// <summary>From now on messages go to this director; null: there is none, and they are dropped, for clients repeat them.</summary>
    public void Lead(IActorRef? director)
    {
        lock (_lock)
        {
            _director = director;
            foreach (ClientAttached link in _links.Values) director?.Tell(link, ActorRefs.NoSender);
        }
    }

    public void Tell(object message, IActorRef sender)
    {
        lock (_lock)
        {
            if (message is ClientAttached attached) _links[attached.Link] = attached;
            if (message is ClientDetached detached) _links.Remove(detached.Link);
            _director?.Tell(message, sender);
        }
    }
}
