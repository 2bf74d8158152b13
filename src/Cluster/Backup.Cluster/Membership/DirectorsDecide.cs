using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace Backup.Cluster.Membership;

/// <summary>Removes members that stay unreachable, as <see cref="DowningDecision"/> says. Named in cluster.conf.</summary>
public sealed class DirectorsDecide(ActorSystem system, Akka.Cluster.Cluster cluster) : IDowningProvider
{
    private readonly TimeSpan _stableAfter = system.Settings.Config.GetTimeSpan("backup.cluster.stable-after");

    /// <summary>None: a removed director that is not dead yet is fenced by its epoch, and a new one need not wait for it.</summary>
    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    public Props DowningActorProps => Props.Create(() => new DowningActor(cluster, _stableAfter));
}

/// <summary>Waits until what is reachable has not changed for the given time, then removes what the decision names.</summary>
internal sealed class DowningActor : ReceiveActor, IWithTimers
{
    private static readonly object Stable = new();

    private readonly Akka.Cluster.Cluster _cluster;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public DowningActor(Akka.Cluster.Cluster cluster, TimeSpan stableAfter)
    {
        _cluster = cluster;
        Receive<ClusterEvent.IReachabilityEvent>(_ => Timers.StartSingleTimer(Stable, Stable, stableAfter));
        Receive<ClusterEvent.IMemberEvent>(_ => Timers.StartSingleTimer(Stable, Stable, stableAfter));
        Receive<object>(Stable.Equals, _ => Decide());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Decide()
    {
        ClusterEvent.CurrentClusterState state = _cluster.State;
        SeenMember[] members = [.. state.Members
            .Where(m => m.Status is not (MemberStatus.Down or MemberStatus.Removed or MemberStatus.Exiting))
            .Select(m => new SeenMember(m.Address, m.HasRole(MemberSettings.DirectorRole), !state.Unreachable.Contains(m)))];
        foreach (Address removed in DowningDecision.Of(_cluster.SelfAddress, members))
        {
            _log.Warning("member {0} has been out of reach, and is removed; it joins again by itself when it is back", removed);
            _cluster.Down(removed);
        }
    }
}
