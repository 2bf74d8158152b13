using Akka.Actor;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Media;
using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Catalog.Clients;
using Backup.Catalog.Volumes;
using Backup.Jobs.Jobs;
using Backup.Jobs.Scripts;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Jobs;

/// <summary>
/// Carries out the effects of one job: asks the catalog, orders storage and client, keeps the log. Called by the job's actor only; what
/// takes time goes through the catalog gate, and its result comes back to the actor as a command.
/// </summary>
internal sealed partial class JobOrders(DirectorParts parts, JobNeighbours neighbours)
{
    /// <summary>A ticket outlives any session: a cut link is dialled again with it.</summary>
    private static readonly TimeSpan TicketLife = TimeSpan.FromDays(7);

    private readonly List<Guid> _tickets = [];
    private Task _written = Task.CompletedTask;
    private VolumeAssignment? _volume;
    private Ticket? _store;
    private ChannelOffer? _catalogue;
    private ChannelOffer? _tree;

    /// <summary>Where the storage node listens for this job's channel.</summary>
    public string StoreEndpoint { get; set; } = "";

    public void Carry(IJobEffect effect, JobStatus status)
    {
        switch (effect)
        {
            case ChooseReference choose: Choose(choose); break;
            case ReserveVolume reserve: Reserve(reserve); break;
            case OpenSession open: Open(open, status); break;
            case StartClient start: Start(start, status); break;
            case CancelClient cancel: neighbours.Director.Tell(new ToClient(cancel.Job, cancel.Client,
                new CancelOrder(cancel.Job, cancel.Reason))); break;
            case CloseSession close: Close(close); break;
            case ReattachSession session: Reattach(session); break;
            case ReattachClient client: neighbours.Director.Tell(new ToClient(client.Job, client.Client,
                new JobAsked(client.Job, TreeAgain(status)))); break;
            case RecordInCatalog record: Confirm(record); break;
            case PlanRestore plan: Plan(plan, status); break;
            case Backup.Jobs.Jobs.OpenServe serve: Serve(serve); break;
            case StartRestoreClient start: StartRestore(start, status); break;
            case RunScriptNow run: RunScript(run, ScriptOrders.Of(status, run.Script, parts.NodeName)); break;
            case StopScript stop: Stop(stop); break;
            case Backup.Jobs.Jobs.LogLine line: Log(line, status); break;
            case Report report: Finish(report, status); break;
            default: throw new System.Diagnostics.UnreachableException($"{effect.GetType().Name} is no effect of a job");
        }
    }

    public void TellClient(JobStatus status, object message)
    {
        if (status.Specification is { } specification) neighbours.Director.Tell(new ToClient(status.Job, specification.Client, message));
    }

    /// <summary>Brings the job's row up to its state; a row that cannot be written does not stop the job.</summary>
    public void RecordState(JobStatus status)
    {
        if (status.HasEnded) return;
        JobLevel? level = status.LevelRun == JobLevel.None ? null : status.LevelRun;
        var change = new JobChange(status.State, status.Reason, level, status.Started, status.Reference?.Job);
        Ask(c => c.Jobs.Update(status.Job, change), null,
            reason => neighbours.Self.Tell(
                new Backup.Jobs.Jobs.LogLine(status.Job, $"the job's row could not be brought up to date: {reason}")));
    }

    private void Choose(ChooseReference choose) => Ask(
        catalog =>
        {
            RecordFileSet(catalog, choose.FileSet);
            ReferenceChoice choice = catalog.Jobs.FindReference(
                new ReferenceQuestion(choose.JobName, choose.Client, FileSetText.HashOf(choose.FileSet), choose.Level, choose.Job));
            return new ReferenceAnswered(
                choice.Reference is { } found ? new ReferenceTree(found.Job, found.Level, found.Root, found.ScanStarted) : null,
                choice.WhyNot);
        },
        reason => new OrderFailed(JobPhase.ChoosingReference, reason));

    private void Reserve(ReserveVolume reserve) =>
        neighbours.Media.Tell(new VolumeNeeded(reserve.Job, reserve.Storage, reserve.Pool), neighbours.Self);

    /// <summary>The session has filled its volume: which one next?</summary>
    public void NextVolume(JobStatus status, VolumeWanted wanted) =>
        neighbours.Media.Tell(
            new VolumeNeeded(status.Job, status.Specification!.Storage, status.Specification.Pool, wanted.Full, wanted.Busy,
                wanted.IsUnfit ? wanted.Reason : null, wanted.IsProtected),
            neighbours.Self);

    /// <summary>
    /// The session was not opened: a new disk volume that was to be made for it is not asked for again under that name. A cartridge that is
    /// unfit, its library has named; one that was not brought, or whose drive did not open, may do the next time.
    /// </summary>
    public void VolumeFailed(string storage)
    {
        bool isCartridge = parts.Live.FindStorage(storage)?.Library is not null;
        if (!isCartridge && _volume is { IsNew: true } volume) neighbours.Media.Tell(new VolumeUnusable(volume.Volume));
    }

    /// <summary>The media actor's answer, on its way to the decider.</summary>
    public IJobCommand Reserved(VolumeAnswer answer)
    {
        _volume = answer.Volume;
        return answer.Volume is { } volume ? new VolumeReserved(volume.Volume) : new VolumeRefused(answer.Reason, answer.MayCome);
    }

    private void Open(OpenSession open, JobStatus status)
    {
        JobSpecification specification = status.Specification!;
        VolumeAssignment volume = _volume ?? throw new InvalidOperationException("no volume is reserved");
        Ticket store = _store = Kept(parts.NewTicket(ChannelPurpose.Store, open.Session, TicketLife));
        ChannelOffer catalogue = _catalogue = Kept(parts.OfferCatalogue(open.Session, TicketLife));
        Ask(
            catalog =>
            {
                SessionLabel label = JobLabels.Of(status, parts, catalog);
                RecordFileSet(catalog, specification.EffectiveFileSet!);
                catalog.Sessions.Open(label);
                return new ToStorage(open.Job, open.Storage, open.Session,
                    new OpenStoreSession(label, open.Attempt, volume, store, catalogue));
            },
            reason => new OrderFailed(JobPhase.OpeningSession, reason));
    }

    private void Start(StartClient start, JobStatus status)
    {
        ChannelOffer tree = Kept(parts.OfferTree(start.Session, start.Reference?.Job, TicketLife));
        var order = new BackupOrder(
            start.Job, start.Session, start.Attempt, start.Level, start.FileSet, start.Reference?.Root ?? NodeId.Empty,
            start.Reference?.ScanStarted ?? default, start.Since,
            parts.OfferStorage(status.Specification!.Storage, StoreEndpoint, _store!), tree);
        neighbours.Director.Tell(new ToClient(start.Job, start.Client, order));
    }

    private void Close(CloseSession close)
    {
        neighbours.Director.Tell(new ToStorage(close.Job, close.Storage, close.Session,
            new CloseStoreSession(close.Session, close.Reason)));
    }

    /// <summary>The storage node feeds the catalog itself, commit point by commit point; here it is only read how far that came.</summary>
    private void Confirm(RecordInCatalog record) => Ask(
        catalog => catalog.Sessions.Find(record.Session) is { Totals: not null } row
            ? new CatalogReported(row.Catalogued, row.Catalogued.Data,
                row.Catalogued.Index - catalog.Sessions.UnsavedCount(record.Job), null)
            : new CatalogReported(default, 0, 0, "the catalog has no end of the session"),
        reason => new CatalogReported(default, 0, 0, reason));

    private void Plan(PlanRestore plan, JobStatus status) => Ask(
        catalog => RestorePlanning.Plan(catalog, plan.Selection, status.Specification!.Storage),
        reason => new OrderFailed(JobPhase.Planning, reason));

    private void Serve(Backup.Jobs.Jobs.OpenServe serve)
    {
        Ticket ticket = _store = Kept(parts.NewTicket(ChannelPurpose.Serve, default, TicketLife));
        Ask(
            catalog => new ToStorage(
                serve.Job, serve.Storage, null,
                new Messages.Storages.OpenServe(serve.Job, ticket, RestorePlanning.Servable(catalog, serve.Sessions))),
            reason => new OrderFailed(JobPhase.OpeningServe, reason));
    }

    private void StartRestore(StartRestoreClient start, JobStatus status)
    {
        ChannelOffer tree = Kept(parts.OfferTree(default, start.Selection.SourceJob, TicketLife));
        RestoreSelection wanted = start.Selection;
        var order = new RestoreOrder(
            start.Job, wanted.Root, wanted.Paths, wanted.Target, wanted.Replace, wanted.DryRun,
            wanted.DryRun ? null : parts.OfferStorage(status.Specification!.Storage, StoreEndpoint, _store!), tree);
        neighbours.Director.Tell(new ToClient(start.Job, start.Client, order));
    }

    private void RunScript(RunScriptNow run, ScriptOrder order)
    {
        IActorRef self = neighbours.Self;
        if (run.On == ScriptPlace.Client) neighbours.Director.Tell(new ToClient(order.Job, run.Client, order));
        else parts.Scripts.Run(order, ended => self.Tell(ended));
    }

    private void Stop(StopScript stop)
    {
        IActorRef self = neighbours.Self;
        if (stop.On == ScriptPlace.Client) neighbours.Director.Tell(new ToClient(stop.Order.Job, stop.Client, stop.Order));
        else parts.Scripts.Stop(stop.Order, ended => self.Tell(ended));
    }

    private void Log(Backup.Jobs.Jobs.LogLine line, JobStatus status)
    {
        Instant now = Instant.Now(parts.Clock);
        neighbours.News.Publish(new JobSaid(line.Job, now, line.Text) { Messages = status.Specification?.Messages });
        Ask(c => c.Log.Append([new Backup.Catalog.Log.LogLine(line.Job, now, line.Text)]), null, null);
    }

    private void Finish(Report report, JobStatus status)
    {
        WithdrawTickets();
        if (status is { IsRestore: true, Plan: not null })
            neighbours.Director.Tell(new ToStorage(report.Job, status.Specification!.Storage, null, new CloseServe(report.Job)));
        neighbours.Media.Tell(new VolumeReleased(report.Job));
        bool hasClientScripts = status.Specification!.Scripts.Any(script => script.On == ScriptPlace.Client);
        if (hasClientScripts && (status.Client is not null || status.Attempt == 0)) // an order to cancel may still be owed
            TellClient(status, new EndTaken(report.Job));
        var finished = new JobFinished(report.Job, status.Specification!.JobName, report.State, report.Reason)
        {
            Messages = status.Specification.Messages,
        };
        Ask(
            catalog => catalog.Jobs.End(report.Job, JobLabels.EndingOf(status, catalog)),
            () => neighbours.News.Publish(finished),
            reason => neighbours.News.Publish(finished with { Reason = $"{report.Reason} (its row could not be written: {reason})" }),
            new JobDone(report.Job));
    }

    /// <summary>A volume is in the catalog from its label on: a node that dies before the first commit point finds it again.</summary>
    public void RecordVolume(MountedVolume mounted) => Ask(
        catalog => catalog.Volumes.Record(
            new VolumeIdentity(mounted.Volume, mounted.Life, mounted.Pool, mounted.Storage, mounted.Labelled)),
        null, null);

    private Ticket Kept(Ticket ticket)
    {
        _tickets.Add(ticket.Id);
        return ticket;
    }

    private ChannelOffer Kept(ChannelOffer offer)
    {
        Kept(offer.Ticket);
        return offer;
    }

    private void RecordFileSet(ICatalog catalog, FileSet fileSet) => catalog.Clients.RecordFileSet(
        new FileSetRow(fileSet.Name, FileSetText.HashOf(fileSet), FileSetText.Of(fileSet), Instant.Now(parts.Clock)));

    /// <summary>The result goes to the job, which may have ended meanwhile; a failure becomes the given command.</summary>
    private void Ask<T>(Func<ICatalog, T> call, Func<string, object> failed) where T : notnull => parts.Gate.Run(call).PipeTo(
        neighbours.Self, neighbours.Self, success: result => result, failure: e => failed(Reason(e)));

    /// <summary>One job's writes come to the catalog in their order. Done and failed are called on a thread of the catalog gate.</summary>
    private void Ask(Action<ICatalog> call, Action? done, Action<string>? failed, object? thenToDirector = null) =>
        (_written = parts.Gate.RunAfter(_written, call)).ContinueWith(
            task =>
            {
                if (task.IsCompletedSuccessfully) done?.Invoke();
                else failed?.Invoke(Reason(task.Exception!));
                if (thenToDirector is not null) neighbours.Director.Tell(thenToDirector);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static string Reason(Exception e) => (e as AggregateException)?.GetBaseException().Message ?? e.Message;
}
