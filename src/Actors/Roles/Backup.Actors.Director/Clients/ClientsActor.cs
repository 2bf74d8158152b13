using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Scripts;

namespace Backup.Actors.Director.Clients;

/// <summary>What a client said about a job, on its way to that job.</summary>
internal sealed record FromClient(JobId Job, object What);

/// <summary>A control link of a client is open. Send returns false where the link is closed or full.</summary>
public sealed record ClientAttached(string Client, Guid Link, ClientPlatform Platform, Instant At, Func<string, byte[], bool> Send,
    Action? Close = null) : INoSerializationVerificationNeeded
{
    /// <summary>The version of the client protocol that both ends speak.</summary>
    public int Version { get; init; } = ClientProtocol.Version;
}

/// <summary>A message from a client, decoded.</summary>
public sealed record ClientSaid(string Client, object What) : INoSerializationVerificationNeeded;

/// <summary>A control link is gone.</summary>
public sealed record ClientDetached(string Client, Guid Link, string? Reason) : INoSerializationVerificationNeeded;

/// <summary>API → clients: who is there? Answered by <see cref="ClientsOverview"/>.</summary>
public sealed record ClientsWanted;

/// <summary>The clients that are attached, since when, and on what they run.</summary>
public sealed record ClientsOverview(IReadOnlyList<AttachedClient> Attached);

public sealed record AttachedClient(string Name, Instant Since, ClientPlatform Platform);

/// <summary>API → clients: count what a backup would save; answered by <see cref="EstimateEnded"/> or a <see cref="RunRefused"/>.</summary>
internal sealed record EstimateWanted(string Client, EstimateOrder Order);

/// <summary>API → clients: the page of a listing was read.</summary>
internal sealed record EstimatePageRead(string Client, Guid Request);

/// <summary>
/// API → clients: what does this client do? Answered by its <see cref="ClientStatus"/>, or by a <see cref="RunRefused"/> that says why not.
/// </summary>
public sealed record ClientStatusAsked(string Client);

/// <summary>
/// The attached clients. An order for a client that is away is kept until it attaches, and given again at each attach until the client has
/// answered: every order is idempotent.
/// </summary>
internal sealed class ClientsActor : ReceiveActor
{
    /// <summary>Orders kept for one client that is away.</summary>
    private const int OrdersMax = 256;

    /// <summary>Consoles that wait for the status of one client; one more waits in vain.</summary>
    private const int StatusAskersMax = 64;

    private static readonly string ScriptKind = ClientProtocol.Map.ManifestOf(
        new ScriptOrder(default, default, 0, [], [], TimeSpan.Zero, true));

    private sealed class Client
    {
        public ClientAttached? Attached { get; set; }
        public List<(JobId Job, object Order)> Owed { get; } = [];
        public List<IActorRef> StatusAskers { get; } = [];
    }

    private readonly DirectorParts _parts;
    private readonly Dictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, (string Client, IActorRef Asker)> _estimates = [];

    public ClientsActor(DirectorParts parts)
    {
        _parts = parts;
        Receive<ClientAttached>(Attach);
        Receive<ClientDetached>(Detach);
        Receive<ClientSaid>(Hear);
        Receive<ToClient>(order => Give(Of(order.Client), order.Job, order.Order));
        Receive<EstimateWanted>(Estimate);
        Receive<EstimatePageRead>(read => Send(Of(read.Client), new EstimateMore(read.Request)));
        Receive<ClientStatusAsked>(AskStatus);
        Receive<ClientsWanted>(_ => Sender.Tell(new ClientsOverview(
            [.. _clients.Where(c => c.Value.Attached is not null)
                .Select(c => new AttachedClient(c.Key, c.Value.Attached!.At, c.Value.Attached.Platform))])));
    }

    public static Props Props(DirectorParts parts) => Akka.Actor.Props.Create(() => new ClientsActor(parts));

    /// <summary>
    /// Whoever comes after it, when it or the director is made anew, knows of no link: those there are end, and their clients dial again
    /// and say what they owe.
    /// </summary>
    protected override void PostStop()
    {
        foreach (Client client in _clients.Values) client.Attached?.Close?.Invoke();
        base.PostStop();
    }

    private void Attach(ClientAttached attached)
    {
        Client client = Of(attached.Client);
        client.Attached = attached;
        _parts.Gate.Run(catalog => catalog.Clients.RecordContact(attached.Client, attached.Platform, attached.At))
            .PipeTo(Self, failure: e => new Status.Failure(e));
        foreach ((_, object order) in client.Owed) Send(client, order);
        RefuseScripts(client);
    }

    private void Detach(ClientDetached detached)
    {
        Client client = Of(detached.Client);
        if (client.Attached?.Link != detached.Link) return;
        client.Attached = null;
        AnswerStatus(client, new RunRefused($"it has gone ({detached.Reason ?? "it closed its link"})"));
        foreach ((Guid request, (string name, IActorRef asker)) in _estimates.Where(e => e.Value.Client == detached.Client).ToList())
        {
            _estimates.Remove(request);
            asker.Tell(new RunRefused($"client '{name}' is gone ({detached.Reason ?? "it closed its link"}); try again"));
        }
    }

    private static void Give(Client client, JobId job, object order)
    {
        if (order is ScriptStop stop) client.Owed.RemoveAll(owed => owed.Job == job && IsScript(owed.Order, stop.Script));
        bool isOwed = order is BackupOrder or RestoreOrder or CancelOrder or JobAsked or ScriptOrder or ScriptStop;
        if (isOwed && client.Owed.Count < OrdersMax) client.Owed.Add((job, order));
        if (order is EndTaken) client.Owed.RemoveAll(owed => owed.Job == job);
        Send(client, order);
        RefuseScripts(client);
    }

    /// <summary>A client that does not know scripts will never answer for one.</summary>
    private static void RefuseScripts(Client client, bool isKnown = true)
    {
        if (client.Attached is not { } attached || (isKnown && ClientProtocol.IsSpoken(attached.Version, ScriptKind))) return;
        foreach (ScriptOrder order in client.Owed.Select(owed => owed.Order).OfType<ScriptOrder>().ToList())
        {
            client.Owed.RemoveAll(owed => ReferenceEquals(owed.Order, order));
            Tell(order.Job, ScriptRunner.NotRun(order.Job, order.Run, order.Script,
                $"client '{attached.Client}' has version {attached.Platform.SoftwareVersion}, which knows no scripts; update its node"));
        }
    }

    private static bool IsScript(object order, int script) =>
        order is ScriptOrder run ? run.Script == script : order is ScriptStop stop && stop.Script == script;

    /// <summary>False where the client is away, or of a version that has no such message.</summary>
    private static bool Send(Client client, object order) =>
        client.Attached?.Send(ClientProtocol.Map.ManifestOf(order), ClientProtocol.Map.Encode(order)) ?? false;

    private void Estimate(EstimateWanted wanted)
    {
        Client client = Of(wanted.Client);
        if (client.Attached is null)
        {
            Sender.Tell(new RunRefused($"client '{wanted.Client}' is not attached; start its node"));
            return;
        }
        _estimates[wanted.Order.Request] = (wanted.Client, Sender);
        Send(client, wanted.Order);
    }

    /// <summary>One question at a time is on its way; its answer is for all who asked meanwhile.</summary>
    private void AskStatus(ClientStatusAsked asked)
    {
        Client client = Of(asked.Client);
        if (client.Attached is null) Sender.Tell(new RunRefused("it is not attached; start its node"));
        else if (!Send(client, new ClientStatusWanted())) Sender.Tell(TellsNot(client));
        else if (client.StatusAskers.Count < StatusAskersMax) client.StatusAskers.Add(Sender);
    }

    private static RunRefused TellsNot(Client client) =>
        new($"its version, {client.Attached?.Platform.SoftwareVersion}, does not tell what it does");

    private static void AnswerStatus(Client client, object answer)
    {
        foreach (IActorRef asker in client.StatusAskers) asker.Tell(answer);
        client.StatusAskers.Clear();
    }

    private void Hear(ClientSaid said)
    {
        switch (said.What)
        {
            case OrderTaken taken:
                Of(said.Client).Owed.RemoveAll(
                    owed => owed.Job == taken.Job && owed.Order is not (CancelOrder or ScriptOrder or ScriptStop));
                Tell(taken.Job, taken);
                break;
            case OrderRefused refused:
                Of(said.Client).Owed.RemoveAll(owed => owed.Job == refused.Job);
                Tell(refused.Job, refused);
                break;
            case ClientProgress progress:
                Tell(progress.Job, progress);
                break;
            case BackupEnded ended:
                Tell(ended.Job, ended);
                break;
            case RestoreEnded ended:
                Tell(ended.Job, ended);
                break;
            case ScriptEnded script:
                Of(said.Client).Owed.RemoveAll(owed => owed.Job == script.Job && IsScript(owed.Order, script.Script));
                Tell(script.Job, script);
                break;
            case NotUnderstood { Kind: "status-wanted" }:
                AnswerStatus(Of(said.Client), TellsNot(Of(said.Client)));
                break;
            case ClientStatus status:
                AnswerStatus(Of(said.Client), status);
                break;
            case EstimateListed page when _estimates.TryGetValue(page.Request, out (string Client, IActorRef Asker) reader):
                reader.Asker.Tell(page);
                break;
            case EstimateEnded estimate when _estimates.Remove(estimate.Request, out (string Client, IActorRef Asker) asked):
                asked.Asker.Tell(estimate);
                break;
            case NotUnderstood unknown when unknown.Kind == ScriptKind:
                RefuseScripts(Of(said.Client), isKnown: false);
                break;
            case NotUnderstood unknown:
                Context.GetLogger().Warning(
                    "client '{0}' does not know messages of kind '{1}'; update its node", said.Client, unknown.Kind);
                break;
            default:
                Unhandled(said);
                break;
        }
    }

    private static void Tell(JobId job, object what) => Context.Parent.Tell(new FromClient(job, what));

    private Client Of(string name)
    {
        if (!_clients.TryGetValue(name, out Client? client)) _clients[name] = client = new Client();
        return client;
    }
}
