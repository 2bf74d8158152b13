using Akka.Actor;
using Akka.Event;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Transfer.Links;

namespace Backup.Actors.Client.Control;

/// <summary>What a client node needs to attach: how to dial the director (blocking), and randomness for the back-off.</summary>
/// <param name="Status">What the client is doing; null where nobody watches its work.</param>
public sealed record ClientDialing(string Director, Func<ControlLink> Dial, IEntropy Entropy,
    Func<ClientStatus>? Status = null)
{
    /// <summary>The highest epoch of a director that this client has obeyed; without it the client obeys whoever it reaches.</summary>
    public EpochFile? Epoch { get; init; }
}

/// <summary>
/// The client's side of the control link: dials, hands orders to the engine, says what the engine says, and dials again for ever when the
/// link is gone. The engine's work goes on meanwhile.
/// <code>
/// Dialling ─ open ─► Attached ─ closed ─► Waiting (back-off) ─► Dialling
/// </code>
/// </summary>
public sealed class ClientActor : ReceiveActor, IWithTimers
{
    private readonly ClientEngine _engine;
    private readonly ClientDialing _dialing;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Backoff _backoff;
    private ControlLink? _link;

    public ClientActor(ClientEngine engine, ClientDialing dialing)
    {
        _engine = engine;
        _dialing = dialing;
        Receive<Dialled>(Attach);
        Receive<NotDialled>(failed => Wait(failed.Reason));
        Receive<Heard>(heard => Take(heard));
        Receive<Gone>(gone => Detach(gone));
        Receive<DialNow>(_ => Dial());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private sealed record DialNow : INoSerializationVerificationNeeded;
    private sealed record Dialled(ControlLink Link) : INoSerializationVerificationNeeded;
    private sealed record NotDialled(string Reason) : INoSerializationVerificationNeeded;
    private sealed record Heard(ControlLink Link, string Manifest, byte[] Body) : INoSerializationVerificationNeeded;
    private sealed record Gone(ControlLink Link, string? Reason) : INoSerializationVerificationNeeded;

    public static Props Props(ClientEngine engine, ClientDialing dialing) =>
        Akka.Actor.Props.Create(() => new ClientActor(engine, dialing));

    protected override void PreStart() => Dial();

    protected override void PostStop()
    {
        _engine.Attach(null);
        _link?.Dispose();
    }

    /// <summary>Dialling blocks, so it has a thread of its own for as long as it takes.</summary>
    private void Dial()
    {
        IActorRef self = Self;
        new Thread(() => DialOn(self)) { Name = "dial director", IsBackground = true }.Start();
    }

    private void DialOn(IActorRef self)
    {
        try
        {
            self.Tell(new Dialled(_dialing.Dial()));
        }
        catch (ChannelException e)
        {
            self.Tell(new NotDialled(e.Message));
        }
    }

    private void Attach(Dialled dialled)
    {
        if (_dialing.Epoch is { } epoch && dialled.Link.Epoch > 0 && !epoch.Obeys(dialled.Link.Epoch))
        {
            dialled.Link.Dispose();
            Wait($"director {dialled.Link.Name} is of epoch {dialled.Link.Epoch}, and this client has obeyed one of {epoch.Seen}: "
                + "another has followed it");
            return;
        }
        _backoff = default;
        ControlLink link = _link = dialled.Link;
        _log.Info("attached to director {Director} at {Endpoint}", link.Name, _dialing.Director);
        link.Start(new Taker(Self, link));
        _engine.Attach(what => Say(link, what));
    }

    /// <summary>What the director's version of the protocol does not have is not said to it.</summary>
    private static bool Say(ControlLink link, object what)
    {
        string kind = ClientProtocol.Map.ManifestOf(what);
        return ClientProtocol.IsSpoken(link.Version, kind) && link.Send(kind, ClientProtocol.Map.Encode(what));
    }

    private void Take(Heard heard)
    {
        if (heard.Link != _link) return;
        if (!ClientProtocol.Map.Knows(heard.Manifest) && heard.Link.Version > ClientProtocol.VersionMin)
        {
            Say(heard.Link, new NotUnderstood(heard.Manifest));
            return;
        }
        try
        {
            object said = ClientProtocol.Map.Decode(heard.Manifest, heard.Body);
            if (said is ClientStatusWanted && _dialing.Status is { } status) Say(heard.Link, status());
            else _engine.Take(said);
        }
        catch (WireFormatException e)
        {
            _log.Warning("the director sent what this client cannot read ({Reason}); the link is closed", e.Message);
            heard.Link.Dispose();
        }
    }

    private void Detach(Gone gone)
    {
        if (gone.Link != _link) return;
        _link = null;
        _engine.Attach(null);
        Wait(gone.Reason ?? "closed by the director");
    }

    private void Wait(string reason)
    {
        (TimeSpan wait, _backoff) = _backoff.Next(_dialing.Entropy);
        _log.Info(
            "no link to the director at {Endpoint}: {Reason}; next try in {Seconds:0.0} s", _dialing.Director, reason, wait.TotalSeconds);
        Timers.StartSingleTimer("dial", new DialNow(), wait);
    }

    private sealed class Taker(IActorRef self, ControlLink link) : IControlTaker
    {
        public void Message(string manifest, ReadOnlyMemory<byte> body) => self.Tell(new Heard(link, manifest, body.ToArray()));

        public void Closed(string? reason) => self.Tell(new Gone(link, reason));
    }
}
