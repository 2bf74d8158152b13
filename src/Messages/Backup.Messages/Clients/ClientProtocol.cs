using Backup.Messages.Wire;

namespace Backup.Messages.Clients;

/// <summary>Everything that is said on a control link between director and client.</summary>
public static class ClientProtocol
{
    public const int VersionMin = 1;
    public const int Version = 2;

    /// <summary>From this version on a client can be asked for its status; an older one would end the link.</summary>
    public const int StatusSince = 2;

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
        ("estimate-listed", typeof(EstimateListed)),
        ("estimate-more", typeof(EstimateMore)),
        ("status-wanted", typeof(ClientStatusWanted)),
        ("status", typeof(ClientStatus)));
}
