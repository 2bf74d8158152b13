using Backup.Messages.Clients;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// How a client's part of a backup ended, with the counts of the second try: files tried again at the end, and those of them that were
/// saved.
/// </summary>
public sealed record BackupOutcome(BackupEnded Ended, long Retried, long SavedOnRetry);
