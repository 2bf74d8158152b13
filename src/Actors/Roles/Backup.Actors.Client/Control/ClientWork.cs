using Backup.Actors.Client.Nodes;
using Backup.Actors.Client.Sessions;
using Backup.Filesets.Compare;
using Backup.Filesets.Walk;
using Backup.Messages.Clients;
using Backup.Messages.Sessions;

namespace Backup.Actors.Client.Control;

/// <summary>
/// Composes a client's sessions: the machine's files, the node cache, the network. <paramref name="OpenFiles"/> gives each session a view
/// of the file system of its own. Attempts are told to the storage node with the channel.
/// </summary>
public sealed record ClientParts(
    Func<IFileTree> OpenFiles,
    ITreeCache Cache,
    Func<ChannelOffer, int, IBulkChannel> Dial,
    TimeProvider Clock,
    string WorkFolder);

/// <summary>Carries orders out with the real sessions. What a bug throws becomes the failure of that job, and of no other.</summary>
public sealed class ClientWork(ClientParts parts, Action<Exception> fault) : IClientWork
{
    public BackupEnded Run(BackupOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel)
    {
        try
        {
            using IFileTree files = parts.OpenFiles();
            var surroundings =
                new SessionSurroundings(files, parts.Cache, offer => parts.Dial(offer, order.Attempt), parts.Clock, progress)
                {
                    TreeOffers = tree,
                };
            BackupOutcome outcome = new BackupSession(surroundings).Run(order, cancel);
            return outcome.Ended with { Retried = outcome.Retried, SavedOnRetry = outcome.SavedOnRetry };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new BackupEnded(order.Job, order.Session, order.Attempt, null, null, default, null, Bug(e), []);
        }
    }

    public RestoreEnded Run(RestoreOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel)
    {
        try
        {
            var surroundings = new RestoreSurroundings(parts.Cache, offer => parts.Dial(offer, 1), parts.Clock, progress, parts.WorkFolder)
            {
                TreeOffers = tree,
            };
            return new RestoreSession(surroundings).Run(order, cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new RestoreEnded(order.Job, 0, 0, 0, 0, 0, 0, [], Bug(e), []);
        }
    }

    public EstimateEnded Run(EstimateOrder order, Action<EstimateListed> listed, CancellationToken cancel)
    {
        try
        {
            using IFileTree files = parts.OpenFiles();
            if (order.Tree is { } tree && !order.ReferenceRoot.IsEmpty) Fetch(order, tree, cancel);
            var scan = new ScanOrder(order.FileSet, default, order.ReferenceRoot, order.ReferenceScanStarted, null);
            EstimatePages? pages = order.Listing ? new EstimatePages(order.Request, listed) : null;
            EstimateOutcome counted = new EstimateSession(files, parts.Cache).Run(scan, pages is null ? null : pages.Add, cancel);
            pages?.End();
            return new EstimateEnded(
                order.Request, counted.Entries, counted.Files, counted.Bytes, counted.FilesToSave, counted.BytesToSave, counted.Failure);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new EstimateEnded(order.Request, 0, 0, 0, 0, 0, e is ChannelException ? e.Message : Bug(e));
        }
    }

    private void Fetch(EstimateOrder order, ChannelOffer tree, CancellationToken cancel)
    {
        using var channel = new TreeChannel(tree, offer => parts.Dial(offer, 1), null, parts.Clock, cancel);
        new NodeFetcher(parts.Cache, channel).Fetch(order.ReferenceRoot, cancel);
        channel.CloseSend();
    }

    private string Bug(Exception e)
    {
        fault(e);
        return $"a fault of the client program ended the job ({e.GetType().Name}: {e.Message}); its log has the details";
    }
}
