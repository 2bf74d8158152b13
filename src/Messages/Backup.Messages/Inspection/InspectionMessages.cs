using Backup.Messages.Values;

namespace Backup.Messages.Inspection;

/// <summary>
/// An operator's question to the inspector of one node; answered to its sender by one <see cref="IInspectionAnswer"/>.
/// </summary>
public interface IInspectionQuestion;

/// <summary>What one node says of itself.</summary>
public interface IInspectionAnswer
{
    /// <summary>The Node resource's name.</summary>
    string Node { get; }
}

/// <summary>The cluster as this node sees it, please. Answered by <see cref="ClusterShown"/>.</summary>
public sealed record ClusterWanted : IInspectionQuestion;

/// <summary>
/// The members one node sees, by address. A node without a cluster has no members and an empty address. Leader and Director are addresses;
/// Director is the oldest director that is up, where the singleton is.
/// </summary>
public sealed record ClusterShown(string Node, string Address, string? Leader, string? Director, IReadOnlyList<MemberShown> Members)
    : IInspectionAnswer;

/// <summary>
/// One member. Status is Akka's word: Joining, WeaklyUp, Up, Leaving, Exiting, Down. Roles are director, storage; Incarnation tells two
/// lives at one address apart.
/// </summary>
public sealed record MemberShown(string Node, string Address, string Status, bool Reachable, IReadOnlyList<string> Roles, long Incarnation);

/// <summary>
/// The member of this node's name (or address) is to leave in order (its work is handed over, its host makes it join again later), or, with
/// <paramref name="ByForce"/>, is known to be dead and is removed. Answered by <see cref="MemberRemoval"/>.
/// </summary>
public sealed record MemberRemovalWanted(string Member, bool ByForce) : IInspectionQuestion;

/// <summary>Whether a removal was begun; where it was not, the reason, in one line.</summary>
public sealed record MemberRemoval(string Node, bool Begun, string Text) : IInspectionAnswer;

/// <summary>
/// The actors below a path ("/" for all), please, those only with at least so many messages waiting. Answered by
/// <see cref="ActorsShown"/>.
/// </summary>
public sealed record ActorsWanted(string Below = "/", int WaitingMin = 0) : IInspectionQuestion
{
    /// <summary>More are counted, and not listed.</summary>
    public const int ListedMax = 1000;
}

/// <summary>Actors in the order of the tree, parents first. Unlisted: how many more there are.</summary>
public sealed record ActorsShown(string Node, IReadOnlyList<ActorShown> Actors, int Unlisted) : IInspectionAnswer;

/// <summary>One actor: its path without the system, its class, messages in its mailbox, its children.</summary>
public sealed record ActorShown(string Path, string Type, int Waiting, int Children);

/// <summary>The last lines of the node's log, please. Answered by <see cref="LogShown"/>.</summary>
public sealed record LogWanted(int Lines) : IInspectionQuestion
{
    /// <summary>So many lines a node keeps in memory.</summary>
    public const int KeptMax = 500;
}

/// <summary>The last lines, the oldest first.</summary>
public sealed record LogShown(string Node, IReadOnlyList<LogLine> Lines) : IInspectionAnswer;

/// <summary>One line of a node's log. Level: Debug, Information, Warning, Error, Critical.</summary>
public sealed record LogLine(Instant At, string Level, string Source, string Text);
