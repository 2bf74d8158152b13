using Backup.Messages.Wire;

namespace Backup.Messages.Clients;

/// <summary>
/// Either way, from version 2 on: messages of this kind are not known here, and what was asked for is not done. It ends no link.
/// </summary>
public sealed record NotUnderstood(string Kind);

/// <summary>Everything that is said on a control link between director and client.</summary>
public static class ClientProtocol
{
    /// <summary>The oldest version spoken: the one before this.</summary>
    public const int VersionMin = 1;

    /// <summary>Version 2 brought the epoch in the welcome and <see cref="NotUnderstood"/>.</summary>
    public const int Version = 2;

    public static readonly WireMap Map = new(
        ("backup", typeof(BackupOrder)),
        ("restore", typeof(RestoreOrder)),
        ("estimate", typeof(EstimateOrder)),
        ("cancel", typeof(CancelOrder)),
        ("end-taken", typeof(EndTaken)),
        ("job-asked", typeof(JobAsked)),
        ("taken", typeof(OrderTaken)),
        ("refused", typeof(OrderRefused)),
        ("progress", typeof(ClientProgress)),
        ("backup-ended", typeof(BackupEnded)),
        ("restore-ended", typeof(RestoreEnded)),
        ("estimate-ended", typeof(EstimateEnded)),
        ("script", typeof(ScriptOrder)),
        ("script-stop", typeof(ScriptStop)),
        ("script-ended", typeof(ScriptEnded)),
        ("estimate-listed", typeof(EstimateListed)),
        ("estimate-more", typeof(EstimateMore)),
        ("status-wanted", typeof(ClientStatusWanted)),
        ("status", typeof(ClientStatus)),
        ("not-understood", typeof(NotUnderstood)));

    /// <summary>Version 1 as it was released. It closes the link at any other kind, so none is sent to it.</summary>
    private static readonly string[] KindsOfVersion1 =
    [
        "backup", "restore", "estimate", "cancel", "end-taken", "taken", "refused", "progress", "backup-ended", "restore-ended",
        "estimate-ended",
    ];

    /// <summary>Whether a peer of that version may be sent messages of that kind.</summary>
    public static bool IsSpoken(int version, string kind) => version > VersionMin || KindsOfVersion1.Contains(kind);
}
