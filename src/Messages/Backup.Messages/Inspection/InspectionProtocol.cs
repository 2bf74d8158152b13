namespace Backup.Messages.Inspection;

/// <summary>Everything that inspectors of different nodes say to each other.</summary>
public static class InspectionProtocol
{
    /// <summary>
    /// Manifests and types; the node adds them to its <see cref="Wire.WireMap"/>. A manifest is never given to another type.
    /// </summary>
    public static readonly IReadOnlyList<(string Manifest, Type Type)> Entries =
    [
        ("cluster-wanted", typeof(ClusterWanted)),
        ("cluster-shown", typeof(ClusterShown)),
        ("member-removal-wanted", typeof(MemberRemovalWanted)),
        ("member-removal", typeof(MemberRemoval)),
        ("actors-wanted", typeof(ActorsWanted)),
        ("actors-shown", typeof(ActorsShown)),
        ("log-wanted", typeof(LogWanted)),
        ("log-shown", typeof(LogShown)),
    ];
}
