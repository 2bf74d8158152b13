using Backup.Actors.Client.Nodes;
using Backup.Filesets.Compare;
using Backup.Filesets.Select;
using Backup.Filesets.Timing;
using Backup.Filesets.Walk;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// What a session works with: the files, the node cache, the network, the clock, and who hears of its progress (at most once a second).
/// </summary>
public sealed record SessionSurroundings(
    IFileTree Files,
    ITreeCache Cache,
    Func<ChannelOffer, IBulkChannel> Open,
    TimeProvider Clock,
    Action<ClientProgress> Progress)
{
    /// <summary>Where newer offers of the tree come from; null: a director that is lost is not waited for.</summary>
    public ITreeOffers? TreeOffers { get; init; }
}

/// <summary>
/// The client's side of one backup: fetches the reference tree, walks, compares, reads, sends, seals. Runs on the caller's thread
/// until it has ended; memory is bounded whatever the size of the tree. One run an object.
/// </summary>
public sealed class BackupSession(SessionSurroundings surroundings)
{
    private readonly StageClock<BackupStage> _stages = new(surroundings.Clock);
    private BackupStream? _stream;
    private IBulkChannel? _channel;
    private SessionSeal? _seal;
    private TreeScan? _scan;

    /// <summary>Never throws for what the world does: a failure is in the outcome, in one line.</summary>
    public BackupOutcome Run(BackupOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        string? failure;
        try
        {
            using (_channel = surroundings.Open(order.Store)) failure = RunOver(_channel, order, cancellation);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            failure = $"{e.Message}; {WhatIsCommitted()}";
        }
        return Outcome(order, failure);
    }

    /// <summary>
    /// Everything between opening and closing the channel; a failure that leaves the channel whole is sealed with its reason.
    /// </summary>
    private string? RunOver(IBulkChannel channel, BackupOrder order, CancellationToken cancellation)
    {
        _stream = new BackupStream(channel, order.Session, _stages);
        using var sink = new BackupSink(surroundings, order, _stream, _stages, cancellation);
        Instant started = Instant.Now(surroundings.Clock);
        var root = NodeId.Empty;
        string? failure = null;
        try
        {
            Fetch(order, cancellation);
            _stages.Switch(BackupStage.Walk);
            started = Instant.Now(surroundings.Clock);
            var scanOrder = new ScanOrder(order.FileSet, order.Session, order.ReferenceRoot, order.ReferenceScanStarted, order.Since);
            _scan = new TreeScan(surroundings.Files, scanOrder, new ReferenceNodes(surroundings.Cache, surroundings.Cache.HolderOf), sink);
            root = _scan.Run(cancellation);
        }
        catch (Exception e) when (e is FileSetException or ReferenceException or ArgumentOutOfRangeException)
        {
            failure = e.Message;
        }
        catch (OperationCanceledException)
        {
            failure = "canceled";
        }
        _stream.Flush();
        _seal = MakeSeal(order, root, sink.BytesRead, started, failure);
        _stream.Seal(_seal);
        if (failure is null && _stream.Stored!.Position == _seal.Position) surroundings.Cache.Confirm(order.Session, root);
        return failure ?? Shortfall(_seal, _stream.Stored!);
    }

    private static string? Shortfall(SessionSeal seal, SessionStored stored) => stored.Position == seal.Position ? null
        : $"storage has {stored.Position.Data} data and {stored.Position.Index} index records "
            + $"of {seal.Position.Data} and {seal.Position.Index} sent";

    /// <summary>From then on the compare needs nobody.</summary>
    private void Fetch(BackupOrder order, CancellationToken cancellation)
    {
        if (surroundings.Cache.IsComplete(order.ReferenceRoot)) return;
        try
        {
            using var tree = new TreeChannel(order.Tree, surroundings.Open, surroundings.TreeOffers, surroundings.Clock, cancellation);
            new NodeFetcher(surroundings.Cache, tree).Fetch(order.ReferenceRoot, cancellation);
            tree.CloseSend();
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new ReferenceException($"cannot fetch the reference tree: {e.Message}", e);
        }
    }

    private SessionSeal MakeSeal(BackupOrder order, NodeId root, long bytesRead, Instant started, string? failure)
    {
        BackupStream stream = _stream!;
        ScanCounts counts = _scan?.Counts ?? new ScanCounts();
        var totals = new SessionTotals(counts.Entries, counts.FilesSaved, bytesRead, stream.BytesSent, stream.Position.Data,
            stream.Nodes, counts.Unsaved, counts.Warnings);
        IReadOnlyList<SessionNeed> needs = _scan?.Needs.ToList() ?? [];
        if (needs.All(n => n.Session != order.Session)) needs = [.. needs, new SessionNeed(order.Session, 0, 0, 0)];
        return new SessionSeal(stream.Position, root, totals, needs, started, Instant.Now(surroundings.Clock), failure);
    }

    private string WhatIsCommitted()
    {
        Committed committed = _stream?.Committed ?? new Committed(default, null);
        return committed.Position == default ? "nothing was committed"
            : $"committed are {committed.Position.Data} data and {committed.Position.Index} index records, "
                + $"the last of {committed.LastPath ?? "no file"}";
    }

    private BackupOutcome Outcome(BackupOrder order, string? failure)
    {
        Committed committed = _stream?.Committed ?? new Committed(default, null);
        SessionStored? stored = _stream?.Stored;
        var ended = new BackupEnded(order.Job, order.Session, order.Attempt, stored is null ? null : _seal, stored,
            stored?.Position ?? committed.Position, committed.LastPath, failure,
                BackupStages.Report(_stages, _channel?.WaitedForCredit ?? TimeSpan.Zero));
        return new BackupOutcome(ended, _scan?.Counts.Retried ?? 0, _scan?.Counts.SavedOnRetry ?? 0);
    }

    /// <summary>The reference tree cannot be had; the channel to storage is whole.</summary>
    private sealed class ReferenceException(string message, Exception inner) : Exception(message, inner);
}
