namespace Backup.Filesets.Restore;

/// <summary>
/// Where a restore's time goes at the client. Walk is the tree: its nodes from the cache, directories, what stands in the way, the list of
/// files; Fetch is nodes from the director; Receive is the wait for records; Write is making and writing files; Metadata is owners, modes,
/// times, attributes and the final name.
/// </summary>
public enum RestoreStage
{
    Walk,
    Fetch,
    Receive,
    Decompress,
    Hash,
    Write,
    Metadata,
}
