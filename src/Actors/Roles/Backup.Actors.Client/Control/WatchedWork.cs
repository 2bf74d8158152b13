using System.Collections.Concurrent;
using Backup.Actors.Client.Nodes;
using Backup.Cluster.Telemetry;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Client.Control;

/// <summary>The work of a client, and where each piece of it stands. Thread safe; holds as many pieces as the engine runs.</summary>
public sealed class WatchedWork(IClientWork work, TimeProvider clock) : IClientWork
{
    private readonly Instant _started = Instant.Now(clock);
    private readonly ConcurrentDictionary<JobId, Piece> _pieces = new();

    public BackupEnded Run(BackupOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel)
    {
        var piece = new Piece(new ClientJob(order.Job, JobType.Backup, order.Level, Instant.Now(clock), 0, 0, 0, ""));
        return Watch(piece, () => work.Run(order, tree, Seen(piece, progress), cancel));
    }

    public RestoreEnded Run(RestoreOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel)
    {
        var piece = new Piece(new ClientJob(order.Job, JobType.Restore, JobLevel.None, Instant.Now(clock), 0, 0, 0, ""));
        return Watch(piece, () => work.Run(order, tree, Seen(piece, progress), cancel));
    }

    public EstimateEnded Run(EstimateOrder order, Action<EstimateListed> listed, CancellationToken cancel) =>
        work.Run(order, listed, cancel);

    /// <summary>The answer to a question of the director.</summary>
    public ClientStatus Status() =>
        new(_started, [.. _pieces.Values.Select(piece => piece.Job).OrderBy(job => job.Job.Value)], ProcessMemory.Read());

    private T Watch<T>(Piece piece, Func<T> run)
    {
        _pieces[piece.Job.Job] = piece;
        try
        {
            return run();
        }
        finally
        {
            _pieces.TryRemove(piece.Job.Job, out _);
        }
    }

    private Action<ClientProgress> Seen(Piece piece, Action<ClientProgress> progress) => far =>
    {
        piece.Seen(far, Instant.Now(clock));
        progress(far);
    };

    /// <summary>Written by the thread of its work alone, read by any.</summary>
    private sealed class Piece(ClientJob job)
    {
        private readonly RateMeter _rate = new();
        private volatile ClientJob _job = job;

        public ClientJob Job => _job;

        public void Seen(ClientProgress far, Instant at)
        {
            _rate.Tell(at, far.BytesRead);
            _job = _job with
            {
                Files = far.FilesSaved, Bytes = far.BytesRead, BytesPerSecond = _rate.PerSecond, Path = far.CurrentPath,
            };
        }
    }
}
