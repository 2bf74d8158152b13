using Backup.Messages.Sessions;

namespace Backup.Actors.Client.Nodes;

/// <summary>Offers of a job's tree channel that come after its order: a director that was started again has tickets of its own.</summary>
public interface ITreeOffers
{
    /// <summary>The last that came; null where there is only the order's.</summary>
    ChannelOffer? Newest { get; }

    /// <summary>Waits until there is another offer than this one, or so long. Ends early with the cancellation.</summary>
    void Await(ChannelOffer known, TimeSpan within, CancellationToken cancellation);
}

/// <summary>The offers of one job, brought by its client's link. Thread safe.</summary>
public sealed class TreeOffers : ITreeOffers
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChannelOffer? _newest;

    public ChannelOffer? Newest
    {
        get
        {
            lock (_lock) return _newest;
        }
    }

    /// <summary>A director has offered the tree anew.</summary>
    public void Offer(ChannelOffer offer)
    {
        lock (_lock)
        {
            _newest = offer;
            _came.TrySetResult();
            _came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Await(ChannelOffer known, TimeSpan within, CancellationToken cancellation)
    {
        Task came;
        lock (_lock)
        {
            if (_newest is not null && !ReferenceEquals(_newest, known)) return;
            came = _came.Task;
        }
        try
        {
            came.Wait((int)within.TotalMilliseconds, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at its cancellation itself.
        }
    }
}
