using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace Backup.Cluster.Membership;

/// <summary>
/// Brings the node into the cluster and watches that it is in the right one. It asks seeds it has probed to be let in; where the others
/// have cut this node off, or its director is in another cluster, it ends the actor system, which the node's host makes anew.
/// </summary>
internal sealed partial class MembershipActor : ReceiveActor, IWithTimers
{
    /// <summary>A director that is out of reach for so long may have begun a cluster of its own.</summary>
    private readonly TimeSpan _missedAfter = Context.System.Settings.Config.GetTimeSpan("backup.cluster.director-missed-after");

    /// <summary>
    /// Words to a node that was started again at its old address can get lost for good in the remoting of whoever knew the old one.
    /// </summary>
    private readonly TimeSpan _joinWithin = Context.System.Settings.Config.GetTimeSpan("backup.cluster.join-within");

    private readonly TimeSpan _probeEvery = Context.System.Settings.Config.GetTimeSpan("backup.cluster.probe-every");
    private static readonly TimeSpan SameLineEvery = TimeSpan.FromMinutes(1);

    /// <summary>A director that answers so often in a row, and still is not in this cluster, is in another.</summary>
    private const int AnswersToBelieve = 5;

    private readonly MemberSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SeedProbe _probe;
    private readonly KnownMembers _known;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);
    private bool _probing, _joining;
    private long? _missedSince, _joiningSince;
    private int _answers;

    public MembershipActor(MemberSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        _probe = new SeedProbe(settings.Security, clock);
        _known = new KnownMembers(settings.KnownFolder);
        _proven.AreAsked = settings.Security is not null;
        Receive<Shown>(Judge);
        Receive<Look>(_ => LookAround());
        Receive<IReadOnlyList<SeedAnswer>>(Answered);
        Receive<Status.Failure>(failure =>
        {
            _probing = false;
            Once($"seeds cannot be probed: {failure.Cause.GetBaseException().Message}");
        });
        Receive<ClusterEvent.IMemberEvent>(Changed);
        Receive<ClusterEvent.ReachabilityEvent>(Reached);
        Receive<ThisActorSystemQuarantinedEvent>(cut => End($"member {cut.RemoteAddress} has cut this node off"));
    }

    public static Props Props(MemberSettings settings, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new MembershipActor(settings, clock));

    public ITimerScheduler Timers { get; set; } = null!;

    private sealed record Look;

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Context.System.EventStream.Subscribe<ThisActorSystemQuarantinedEvent>(Self);
        // At times and not at events: an event may come before the state that it is of.
        Timers.StartPeriodicTimer(nameof(Look), new Look(), TimeSpan.Zero, _probeEvery);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    private bool IsMember => _cluster.State.Members.Any(m => m.UniqueAddress.Equals(_cluster.SelfUniqueAddress));

    private bool SeesDirector => _settings.IsDirector || _cluster.State.Members.Any(m =>
        m.HasRole(MemberSettings.DirectorRole) && m.Status is not (MemberStatus.Down or MemberStatus.Removed)
        && !_cluster.State.Unreachable.Contains(m));

    private void LookAround()
    {
        if (!IsMember)
        {
            if (!_joining) Probe();
            else if (_joiningSince is { } since && _clock.GetElapsedTime(since) >= _joinWithin)
                End($"the director has not let this node in within {_joinWithin.TotalSeconds:0} s");
            return;
        }
        _joiningSince = null;
        Prove();
        Remember();
        if (SeesDirector)
        {
            _missedSince = null;
            _answers = 0;
            return;
        }
        _missedSince ??= _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_missedSince.Value) >= _missedAfter) Probe();
    }

    private void Probe()
    {
        if (_probing) return;
        _probing = true;
        IEnumerable<Address> seeds = _settings.Seeds.Select(_settings.AddressOf);
        if (_settings.IsDirector) seeds = seeds.Concat(_known.Read().Select(_settings.AddressOf));
        _probe.Of([.. seeds.Where(seed => !seed.Equals(_cluster.SelfAddress)).Distinct()])
            .PipeTo(Self, failure: e => new Status.Failure(e));
    }

    private void Answered(IReadOnlyList<SeedAnswer> answers)
    {
        _probing = false;
        foreach (SeedAnswer foreign in answers.Where(answer => answer.IsForeign))
            Once($"{foreign.Seed.Host}:{foreign.Seed.Port} is not dialled: {foreign.Problem}");
        Address[] good = [.. answers.Where(answer => answer.Problem is null).Select(answer => answer.Seed)];
        if (!IsMember) Join(good, answers);
        else if (!SeesDirector) Doubt(good.Length > 0);
    }

    /// <summary>A director that nobody answers begins a cluster; every other node waits for one.</summary>
    private void Join(Address[] good, IReadOnlyList<SeedAnswer> answers)
    {
        _joining = _settings.IsDirector || good.Length > 0;
        if (_joining && !_settings.IsDirector) _joiningSince = _clock.GetTimestamp();
        if (_joining) _cluster.JoinSeedNodes(_settings.IsDirector ? [_cluster.SelfAddress, .. good] : good);
        else
        {
            string problem = answers.Count > 0 ? answers[0].Problem ?? "" : "no seed is given";
            Once($"no director answers at {string.Join(", ", _settings.Seeds)} ({problem}); sessions go on, and it is asked again");
        }
    }

    /// <summary>This member is in a cluster without its director. If that answers elsewhere, the two are in different clusters.</summary>
    private void Doubt(bool answers)
    {
        _answers = answers ? _answers + 1 : 0;
        if (_answers >= AnswersToBelieve) End("the director answers, and is not in this node's cluster");
    }

    private void Changed(ClusterEvent.IMemberEvent change)
    {
        Prove();
        if (change is ClusterEvent.MemberUp or ClusterEvent.MemberRemoved)
            _log.Info("member {0} ({1}) is {2}", MemberSettings.NodeOf(change.Member.Roles), change.Member.Address,
                change is ClusterEvent.MemberUp ? "in the cluster" : "removed from the cluster");
    }

    private void Reached(ClusterEvent.ReachabilityEvent change)
    {
        string node = MemberSettings.NodeOf(change.Member.Roles);
        if (change is ClusterEvent.UnreachableMember)
            _log.Warning("node {0} ({1}) does not answer; work goes on", node, change.Member.Address);
        else _log.Info("node {0} ({1}) answers again", node, change.Member.Address);
    }

    private void Remember()
    {
        if (!_settings.IsDirector) return;
        string[] others = [.. _cluster.State.Members.Where(m => !m.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
            .Select(m => $"{m.Address.Host}:{m.Address.Port}")];
        if (others.Length == 0) return; // a director that is alone for a while still knows where the others may be
        try
        {
            _known.Write(others);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Once($"{_settings.KnownFolder} cannot be written: {e.Message}; after a restart, storages find this director later");
        }
    }

    /// <summary>Removing itself is the short way out: leaving in order would wait for those who do not answer.</summary>
    private void End(string reason)
    {
        _log.Warning("{0}: this node's actor system is made anew, its sessions go on", reason);
        if (IsMember) _cluster.Down(_cluster.SelfAddress);
        else Context.System.Terminate();
    }

    private void Once(string line)
    {
        if (_said.TryGetValue(line, out long at) && _clock.GetElapsedTime(at) < SameLineEvery) return;
        if (_said.Count > _settings.Seeds.Count + KnownMembers.MembersMax) _said.Clear();
        _said[line] = _clock.GetTimestamp();
        _log.Warning("{0}", line);
    }
}
