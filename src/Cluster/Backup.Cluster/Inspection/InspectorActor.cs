using Akka.Actor;
using Backup.Cluster.Membership;
using Backup.Messages.Inspection;

namespace Backup.Cluster.Inspection;

/// <summary>
/// Answers an operator's questions about the node it runs on, and puts them to the inspectors of the other members. It changes nothing but
/// membership, and that only where it is asked to.
/// </summary>
public sealed class InspectorActor : ReceiveActor
{
    private readonly string _node;
    private readonly Func<int, IReadOnlyList<LogLine>> _log;
    private readonly ClusterFacts _cluster;

    public InspectorActor(string node, Func<int, IReadOnlyList<LogLine>> log)
    {
        _node = node;
        _log = log;
        _cluster = new ClusterFacts(Context.System, node);
        Receive<AskNodes>(Gather);
        Receive<ClusterWanted>(_ => Sender.Tell(_cluster.Shown));
        Receive<MemberRemovalWanted>(wanted => Sender.Tell(_cluster.Remove(wanted)));
        Receive<ActorsWanted>(wanted => Sender.Tell(ActorTree.Of(Context.System, _node, wanted)));
        Receive<LogWanted>(wanted => Sender.Tell(new LogShown(_node, _log(Math.Clamp(wanted.Lines, 0, LogWanted.KeptMax)))));
    }

    /// <summary>The log gives the last lines of the node's log, at most so many, the oldest first.</summary>
    public static Props Props(string node, Func<int, IReadOnlyList<LogLine>> log) =>
        Akka.Actor.Props.Create(() => new InspectorActor(node, log));

    private void Gather(AskNodes asked)
    {
        Dictionary<string, ICanTell> asking = new(StringComparer.Ordinal) { [_node] = Self };
        foreach (Akka.Cluster.Member member in _cluster.Members)
        {
            string name = MemberSettings.NodeOf(member.Roles);
            if (name != _node && name.Length > 0)
                asking[name] = Context.ActorSelection(new RootActorPath(member.Address) / "user" / "inspector");
        }
        if (asked.Node is { } only)
        {
            asking = asking.TryGetValue(only, out ICanTell? one) ? new() { [only] = one } : [];
            if (asking.Count == 0)
            {
                Sender.Tell(new NodesAnswered([], [only]));
                return;
            }
        }
        Context.ActorOf(InspectionGathering.Props(asking, asked.Question, Sender));
    }
}

/// <summary>Puts one question to several inspectors, answers with what came in time, and stops.</summary>
internal sealed class InspectionGathering : ReceiveActor
{
    private readonly Dictionary<string, ICanTell> _asked;
    private readonly SortedDictionary<string, IInspectionAnswer> _answers = new(StringComparer.Ordinal);

    public InspectionGathering(Dictionary<string, ICanTell> asked, IInspectionQuestion question, IActorRef asker)
    {
        _asked = asked;
        Receive<IInspectionAnswer>(answer =>
        {
            if (_asked.ContainsKey(answer.Node)) _answers[answer.Node] = answer;
            if (_answers.Count == _asked.Count) Answer(asker);
        });
        Receive<ReceiveTimeout>(_ => Answer(asker));
        Context.SetReceiveTimeout(Inspector.Deadline);
        foreach (ICanTell inspector in asked.Values) inspector.Tell(question, Self);
    }

    public static Props Props(Dictionary<string, ICanTell> asked, IInspectionQuestion question, IActorRef asker) =>
        Akka.Actor.Props.Create(() => new InspectionGathering(asked, question, asker));

    private void Answer(IActorRef asker)
    {
        string[] silent = [.. _asked.Keys.Where(node => !_answers.ContainsKey(node)).Order(StringComparer.Ordinal)];
        asker.Tell(new NodesAnswered([.. _answers.Values], silent));
        Context.Stop(Self);
    }
}
