using Akka.Actor;
using Backup.Messages.Inspection;

namespace Backup.Cluster.Inspection;

/// <summary>Walks the live actors of a system through what Akka.NET shows of them. Nothing is asked of the actors themselves.</summary>
internal static class ActorTree
{
    private const int DepthMax = 32;

    public static ActorsShown Of(ActorSystem system, string node, ActorsWanted wanted)
    {
        var listed = new List<ActorShown>();
        int unlisted = 0;
        if (((ExtendedActorSystem)system).Provider.RootGuardian is ActorRefWithCell root) Walk(root, 0);
        return new ActorsShown(node, listed, unlisted);

        void Walk(ActorRefWithCell actor, int depth)
        {
            string path = actor.Path.ToStringWithoutAddress();
            int waiting = actor.Underlying.NumberOfMessages;
            ActorRefWithCell[] children = [.. actor.Children.OfType<ActorRefWithCell>().OrderBy(c => c.Path.Name, StringComparer.Ordinal)];
            if (path.StartsWith(wanted.Below, StringComparison.Ordinal) && waiting >= wanted.WaitingMin)
            {
                if (listed.Count < ActorsWanted.ListedMax)
                    listed.Add(new ActorShown(path, actor.Underlying.Props.Type.Name, waiting, children.Length));
                else unlisted++;
            }
            if (depth < DepthMax) foreach (ActorRefWithCell child in children) Walk(child, depth + 1);
        }
    }
}
