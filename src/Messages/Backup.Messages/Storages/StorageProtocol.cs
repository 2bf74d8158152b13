namespace Backup.Messages.Storages;

/// <summary>
/// Director → storage: no storage of that name is in the configuration in force, or it is another node's. Nothing it says is heard until
/// that is mended; the reason, in one line, is for its operator.
/// </summary>
public sealed record StorageUnknown(string Name, string Reason);

/// <summary>Everything that is said between directors and storages by message. Bytes and file lists have channels of their own.</summary>
public static class StorageProtocol
{
    /// <summary>
    /// Manifests and types; the node adds them to its <see cref="Wire.WireMap"/>. A manifest is never given to another type.
    /// </summary>
    public static readonly IReadOnlyList<(string Manifest, Type Type)> Entries =
    [
        ("open-store", typeof(OpenStoreSession)),
        ("close-store", typeof(CloseStoreSession)),
        ("volume-assigned", typeof(VolumeAssigned)),
        ("open-serve", typeof(OpenServe)),
        ("close-serve", typeof(CloseServe)),
        ("status-wanted", typeof(StorageStatusWanted)),
        ("claim-session", typeof(ClaimSession)),
        ("end-taken", typeof(SessionEndTaken)),
        ("epoch-refused", typeof(EpochRefused)),
        ("session-stands", typeof(SessionStands)),
        ("session-unknown", typeof(SessionUnknown)),
        ("storage-unknown", typeof(StorageUnknown)),
        ("storage-online", typeof(StorageOnline)),
        ("store-opened", typeof(StoreSessionOpened)),
        ("store-refused", typeof(StorageRefused)),
        ("store-committed", typeof(SessionCommitted)),
        ("store-ended", typeof(StoreSessionEnded)),
        ("volume-wanted", typeof(VolumeWanted)),
        ("serve-opened", typeof(ServeOpened)),
        ("serve-refused", typeof(ServeRefused)),
        ("storage-status", typeof(StorageStatus)),
    ];
}
