using System.Globalization;
using Backup.Actors.Client.Nodes;
using Backup.Filesets.Restore;
using Backup.Filesets.Timing;
using Backup.Messages.Clients;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// What a restore works with: the node cache, the network, the clock, who hears of its progress (at most once a second), and a folder for
/// the list of files that wait for content.
/// </summary>
public sealed record RestoreSurroundings(
    INodeCache Cache,
    Func<ChannelOffer, IBulkChannel> Open,
    TimeProvider Clock,
    Action<ClientProgress> Progress,
    string WorkFolder)
{
    /// <summary>Where newer offers of the tree come from; null: a director that is lost is not waited for.</summary>
    public ITreeOffers? TreeOffers { get; init; }
}

/// <summary>
/// The client's side of one restore. Runs on the caller's thread until it has ended; memory is bounded whatever the size of files.
/// </summary>
public sealed class RestoreSession(RestoreSurroundings surroundings)
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);
    private readonly StageClock<RestoreStage> _stages = new(surroundings.Clock);
    private readonly ServedStages _served = new();
    private long _reported;

    /// <summary>
    /// Never throws for what the world does: a failure is in the outcome, in one line. Where Failure is null, no problem but those that
    /// need root's rights is left unless the first of FirstProblems says so.
    /// </summary>
    public RestoreEnded Run(RestoreOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        _reported = surroundings.Clock.GetTimestamp();
        try
        {
            TreeRestoreResult result = Restore(order, cancellation);
            return Ended(order, result, Failure(result));
        }
        catch (OperationCanceledException)
        {
            return Ended(order, null, "the restore was canceled; what it had begun stays as it is");
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            return Ended(order, null, e.Message);
        }
    }

    private TreeRestoreResult Restore(RestoreOrder order, CancellationToken cancellation)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $".backup-restore-{order.Job.Value}-");
        var target = new RestoreTarget(order.Target, order.Replace, order.DryRun, prefix);
        var request = new TreeRestoreRequest(order.Root, order.Selections, target, surroundings.WorkFolder);
        var tree = new TreeChannel(order.Tree, surroundings.Open, surroundings.TreeOffers, surroundings.Clock, cancellation);
        using var nodes = new RestoreNodes(surroundings.Cache, tree, _stages);
        using var reversal = new ContentTransforms();
        bool Reverse(DataTransform transform, ReadOnlySpan<byte> stored, Span<byte> raw)
        {
            RestoreStage last = _stages.Switch(RestoreStage.Decompress);
            bool isWhole = reversal.Reverse(transform, stored, raw);
            _stages.Switch(last);
            return isWhole;
        }

        var content = new RestoreContent(() => OpenData(order), Reverse, _stages, _served);
        return new TreeRestore(request, nodes, content, _stages).Run(progress => Report(order, progress), cancellation);
    }

    private IBulkChannel OpenData(RestoreOrder order) =>
        surroundings.Open(order.Data ?? throw new ContentException("the director named no storage node for the content"));

    private static string? Failure(TreeRestoreResult result) =>
        result.Broken is { } broken ? $"not all content could be fetched: {broken}" : null;

    private void Report(RestoreOrder order, TreeRestoreProgress progress)
    {
        if (surroundings.Clock.GetElapsedTime(_reported) < BetweenReports) return;
        _reported = surroundings.Clock.GetTimestamp();
        surroundings.Progress(new ClientProgress(
            order.Job, default, progress.Entries, progress.Files, progress.BytesWritten, 0, ByteText.Show(progress.CurrentPath)));
    }

    private RestoreEnded Ended(RestoreOrder order, TreeRestoreResult? result, string? failure)
    {
        IReadOnlyList<StageTime> stages = [.. _served.ToList(), .. _stages.ToList()];
        return result is null
            ? new RestoreEnded(order.Job, 0, 0, 0, 0, 0, 0, [], failure, stages)
            : new RestoreEnded(order.Job, result.Entries, result.Files, result.BytesWritten, result.Verified, result.Skipped,
                result.ProblemCount, result.FirstProblems, failure, stages);
    }
}
