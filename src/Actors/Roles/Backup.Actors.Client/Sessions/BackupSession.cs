using Backup.Actors.Client.Nodes;
using Backup.Filesets.Walk;
using Backup.Messages.Clients;
using Backup.Messages.Sessions;

namespace Backup.Actors.Client.Sessions;

/// <summary>What a session works with: the files, the node cache, the network, the clock, and who hears of its progress (at most once a second).</summary>
public sealed record SessionSurroundings(
    IFileTree Files,
    ITreeCache Cache,
    Func<ChannelOffer, IBulkChannel> Open,
    TimeProvider Clock,
    Action<ClientProgress> Progress);

/// <summary>
/// The client's side of one backup: fetches the reference tree, walks, compares, reads, sends, seals. Runs on the caller's thread
/// until it has ended; memory is bounded whatever the size of the tree.
/// </summary>
public sealed class BackupSession(SessionSurroundings surroundings)
{
    /// <summary>Never throws for what the world does: a failure is in the outcome, in one line.</summary>
    public BackupOutcome Run(BackupOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        cancellation.ThrowIfCancellationRequested();
        throw new NotSupportedException($"{surroundings}");
    }
}
