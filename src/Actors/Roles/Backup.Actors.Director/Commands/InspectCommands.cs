using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Cluster.Inspection;
using Backup.Commands;
using Backup.Messages.Inspection;

namespace Backup.Actors.Director.Commands;

/// <summary>The living system, node by node, as each node's inspector tells it. Who does not answer in time is named.</summary>
internal sealed class InspectCommands(ActorSystem system, DirectorParts parts)
{
    private const int LinesByDefault = 50;

    public IAsyncEnumerable<ApiEvent> Cluster(ParsedCommand command, CancellationToken cancellation) =>
        (command.Text("leave"), command.Text("down")) switch
        {
            ({ } leaving, _) => Remove(new MemberRemovalWanted(leaving, ByForce: false), cancellation),
            (_, { } dead) => Remove(new MemberRemovalWanted(dead, ByForce: true), cancellation),
            _ => Show(cancellation),
        };

    public async IAsyncEnumerable<ApiEvent> Actors(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ActorsWanted wanted = command.Id == CommandId.InspectMailboxes
            ? new ActorsWanted(WaitingMin: 1) : new ActorsWanted(command.Text("below") ?? "/");
        yield return ColumnsEvent.Of(command.Id);
        foreach (ActorsShown shown in await Ask<ActorsShown>(command, wanted, cancellation).ConfigureAwait(false))
        {
            foreach (ActorShown actor in shown.Actors)
                yield return RowEvent.Of(("node", shown.Node), ("path", actor.Path), ("type", actor.Type), ("waiting", actor.Waiting),
                    ("children", actor.Children));
            if (shown.Unlisted > 0) yield return new TextEvent($"and {shown.Unlisted:N0} more on {shown.Node}");
        }
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Log(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var wanted = new LogWanted((int)Math.Min(command.Number("limit") ?? LinesByDefault, LogWanted.KeptMax));
        foreach (LogShown shown in await Ask<LogShown>(command, wanted, cancellation).ConfigureAwait(false))
            foreach (LogLine line in shown.Lines)
                yield return LogEvent.At(line.At, Severity(line.Level), $"{line.Source}: {line.Text}");
        yield return EndEvent.Done;
    }

    private async IAsyncEnumerable<ApiEvent> Show([EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return ColumnsEvent.Of(CommandId.InspectCluster);
        NodesAnswered answered = await Ask(parts.NodeName, new ClusterWanted(), cancellation).ConfigureAwait(false);
        ClusterShown shown = answered.Answers.OfType<ClusterShown>().FirstOrDefault() ?? throw Silent(answered);
        foreach (MemberShown member in shown.Members)
        {
            string isWhat = string.Join(", ", ((string?[])[member.Address == shown.Director ? "director in force" : null,
                member.Address == shown.Leader ? "leader" : null, member.Address == shown.Address ? "this node" : null]).OfType<string>());
            yield return RowEvent.Of(("node", member.Node), ("address", member.Address), ("status", member.Status),
                ("reachable", member.Reachable ? "yes" : "no"), ("roles", string.Join(", ", member.Roles)), ("is", isWhat));
        }
        if (shown.Members.Count == 0)
            yield return new TextEvent($"node {shown.Node} has its roles in one process and is in no cluster (no cluster-listen)");
        yield return EndEvent.Done;
    }

    private async IAsyncEnumerable<ApiEvent> Remove(MemberRemovalWanted wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        NodesAnswered answered = await Ask(parts.NodeName, wanted, cancellation).ConfigureAwait(false);
        MemberRemoval answer = answered.Answers.OfType<MemberRemoval>().FirstOrDefault() ?? throw Silent(answered);
        if (!answer.Begun) throw new CommandRefusedException(answer.Text);
        yield return new TextEvent(answer.Text);
        yield return EndEvent.Done;
    }

    /// <summary>What the nodes that were asked say, in the order of their names.</summary>
    private async Task<IReadOnlyList<T>> Ask<T>(ParsedCommand command, IInspectionQuestion question, CancellationToken cancellation)
        where T : class, IInspectionAnswer
    {
        NodesAnswered answered = await Ask(command.Text("node") ?? parts.NodeName, question, cancellation).ConfigureAwait(false);
        IReadOnlyList<T> answers = [.. answered.Answers.OfType<T>().OrderBy(answer => answer.Node, StringComparer.Ordinal)];
        return answers.Count > 0 ? answers : throw Silent(answered);
    }

    private async Task<NodesAnswered> Ask(string node, IInspectionQuestion question, CancellationToken cancellation)
    {
        try
        {
            return await system.ActorSelection(Inspector.Path)
                .Ask<NodesAnswered>(new AskNodes(node, question), Inspector.Deadline + Inspector.Deadline, cancellation)
                .ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new CommandRefusedException($"the inspector of node {parts.NodeName} does not answer; see the node's log");
        }
    }

    private static CommandRefusedException Silent(NodesAnswered answered) =>
        new($"node {string.Join(", ", answered.Silent)} does not answer; see: inspect cluster");

    private static LogSeverity Severity(string level) => level switch
    {
        "Debug" => LogSeverity.Debug,
        "Warning" => LogSeverity.Warning,
        "Error" or "Critical" => LogSeverity.Error,
        _ => LogSeverity.Note,
    };
}
