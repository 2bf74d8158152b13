using Backup.Messages.Inspection;

namespace Backup.Cluster.Inspection;

/// <summary>
/// API → the inspector of its own node (in memory only): put this question to the node of that name, or to every node there is. Answered by
/// one <see cref="NodesAnswered"/> within <see cref="Inspector.Deadline"/>.
/// </summary>
public sealed record AskNodes(string? Node, IInspectionQuestion Question);

/// <summary>Who answered, by name of node, and who did not in time. A name nobody has is among the silent.</summary>
public sealed record NodesAnswered(IReadOnlyList<IInspectionAnswer> Answers, IReadOnlyList<string> Silent);

/// <summary>Where a node's inspector is, and how long it takes at most.</summary>
public static class Inspector
{
    /// <summary>The inspector's path in every node's actor system.</summary>
    public const string Path = "/user/inspector";

    /// <summary>After this time whoever has not answered is silent.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
}
