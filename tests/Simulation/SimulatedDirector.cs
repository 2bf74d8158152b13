using Backup.Actors.Director;
using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Actors.Storage.Engine;
using Backup.Catalog;
using Backup.Catalog.Clients;
using Backup.Catalog.Jobs;
using Backup.Configuration.Resources;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using SessionOpened = Backup.Jobs.Jobs.SessionOpened;

namespace Backup.Tests.Simulation;

/// <summary>
/// The director without its actors: a mailbox on one thread, the real decisions and history of jobs, the real catalog and the director's
/// own rules of
/// volumes, plans and labels. What its actors do beyond that (journal, publishing) is left out.
/// </summary>
internal sealed partial class SimulatedDirector
{
    private static readonly TimeSpan TicketLife = TimeSpan.FromDays(7);

    private readonly Baton _baton;
    private readonly DirectorParts _parts;
    private readonly ICatalog _catalog;
    private readonly Func<string, SimulatedClient> _client;
    private readonly Seeded _chance;
    private readonly Mailbox _inbox;
    private StorageEngine _storage = null!;
    private Mailbox _toStorage = null!;
    private readonly Dictionary<JobId, JobRun> _jobs = [];
    private readonly Dictionary<SessionId, JobId> _sessions = [];

    /// <summary>One job: what its actor and its orders hold.</summary>
    internal sealed class JobRun
    {
        public JobStatus Status = JobStatus.None;
        public readonly List<Guid> Tickets = [];
        public readonly Dictionary<JobTimer, long> Timers = [];
        public readonly List<string> Log = [];
        public VolumeAssignment? Volume;
        public Ticket? Store;
        public ChannelOffer? Catalogue;
        public string StoreEndpoint = "";
    }

    public SimulatedDirector(Baton baton, DirectorParts parts, ICatalog catalog, Func<string, SimulatedClient> client, Seeded chance)
    {
        (_baton, _parts, _catalog, _client, _chance) = (baton, parts, catalog, client, chance);
        _inbox = baton.In("director", () => new Mailbox(baton, "director", Take) { NextDeadline = NextTimer, DeadlinePassed = FireTimers });
    }

    /// <summary>The catalog as it is, without what happens to those who dial for it.</summary>
    private ICatalog Catalog => _catalog;

    public void Post(object message)
    {
        if (_backAt == 0) _inbox.Post(message);
    }

    public JobRun this[JobId job] => _jobs[job];
    public IEnumerable<JobStatus> Statuses => _jobs.Values.Select(run => run.Status);

    /// <summary>Makes a job and gives it its turn; comes back when the director has taken it.</summary>
    public JobId Run(JobSpecification wanted)
    {
        FileSet? fileSet = wanted.EffectiveFileSet;
        if (fileSet is not null) RecordFileSet(fileSet);
        JobId job = Catalog.Jobs.Create(new NewJob(
            wanted.JobName, wanted.Type, wanted.Level, wanted.Client, fileSet?.Name, fileSet is null ? null : FileSetText.HashOf(fileSet),
            wanted.Scheduled, wanted.JoinsReferences, wanted.User));
        _jobs[job] = new JobRun();
        var queue = new QueueJob(job, new SessionId(_parts.Entropy.NewGuid()), wanted);
        while (_jobs[job].Status.Specification is null) // a console asks again where it was not answered
        {
            _baton.Await(() => !IsAway);
            int losses = Losses;
            Post((job, (IJobCommand)queue));
            Post((job, (IJobCommand)new BeginJob()));
            _baton.Await(() => losses != Losses || _jobs[job].Status.Specification is not null); // it may be back before anybody looks
        }
        return job;
    }

    public void Tell(JobId job, IJobCommand command) => Post((job, command));

    private void Take(object message)
    {
        Heard(message);
        switch (message)
        {
            case (JobId job, IJobCommand command): Handle(job, command); break;
            case StorageOnline online: Online(online); break;
            case SessionStands stands: Stands(stands); break;
            case SessionUnknown unknown: Of(unknown.Session, new SessionMissing(unknown.Reason)); break;
            case StoreSessionOpened opened: OfSession(opened.Session, run =>
            {
                if (opened.Ticket == run.Store?.Id) Opened(run, opened.Endpoint);
            }); break;
            case ServeOpened opened:
                _unanswered.Remove(opened.Job);
                Opened(_jobs[opened.Job], opened.Endpoint);
                break;
            case StorageRefused refused: Of(refused.Session, new OrderFailed(JobPhase.OpeningSession, refused.Reason)); break;
            case ServeRefused refused: Handle(refused.Job, new OrderFailed(JobPhase.OpeningServe, refused.Reason)); break;
            case Messages.Storages.SessionCommitted c: Of(c.Session, new CommitReported(c.Position, c.LastPath, c.Volume)); break;
            case VolumeWanted wanted: NextVolume(wanted); break;
            case StoreSessionEnded ended: StorageEnded(_jobs[ended.Job], ended); break;
            case OrderTaken taken:
                _owed.RemoveAll(owed => owed.Job == taken.Job && owed.Order is not CancelOrder);
                Handle(taken.Job, new ClientStarted(_jobs[taken.Job].Status.Attempt));
                break;
            case ClientProgress progress: Handle(progress.Job, new ClientProgressed()); break;
            case OrderRefused refused:
                _owed.RemoveAll(owed => owed.Job == refused.Job);
                Handle(refused.Job, new PartyLost(JobParty.Client, refused.Reason));
                break;
            case BackupEnded ended: ClientEnded(ended.Job, new ClientReported(ended)); break;
            case RestoreEnded ended: ClientEnded(ended.Job, new RestoreReported(ended)); break;
            default: throw new ArgumentException($"{message.GetType().Name} is nothing a director is told");
        }
    }

    private void OfSession(SessionId session, Action<JobRun> then)
    {
        if (!_sessions.TryGetValue(session, out JobId job)) return;
        _unanswered.Remove(job);
        then(_jobs[job]);
    }

    private void Of(SessionId session, IJobCommand command) => OfSession(session, run => Handle(run.Status.Job, command));

    private void Opened(JobRun run, string endpoint)
    {
        run.StoreEndpoint = endpoint;
        Handle(run.Status.Job, new SessionOpened(run.Status.Attempt));
    }

    private void Handle(JobId job, IJobCommand command)
    {
        JobRun run = _jobs[job];
        Decision decision = JobDecisions.Decide(run.Status, command, Instant.Now(_baton), _parts.Deadlines);
        foreach (IJobEvent happened in decision.Events) run.Status = JobHistory.Apply(run.Status, happened);
        if (_untilLoss > 0 && --_untilLoss == 0)
        {
            Lose(); // what was decided is in the journal, and nothing of it is carried out
            return;
        }
        if (decision.Events.Any(e => e is PhaseChanged or WaitBegan or Started or CancelAsked or JobQueued)
            && !run.Status.HasEnded) Record(run.Status);
        foreach (IJobEffect effect in decision.Effects) Carry(run, effect);
        if (run.Status.HasEnded) run.Timers.Clear();
    }

    private void Record(JobStatus status)
    {
        JobLevel? level = status.LevelRun == JobLevel.None ? null : status.LevelRun;
        Catalog.Jobs.Update(status.Job, new JobChange(status.State, status.Reason, level, status.Started, status.Reference?.Job));
    }

    private void Carry(JobRun run, IJobEffect effect)
    {
        switch (effect)
        {
            case StartTimer timer: run.Timers[timer.Timer] = _baton.GetTimestamp() + timer.After.Ticks; break;
            case ChooseReference choose: Tell(choose.Job, Reference(choose)); break;
            case ReserveVolume reserve: Reserve(run, reserve); break;
            case OpenSession open: Open(run, open); break;
            case StartClient start: Start(run, start); break;
            case ReattachSession reattach: Send(run.Status.Job, Claim(run, reattach.Session)); break;
            case ReattachClient client: Give(client.Job, new JobAsked(client.Job, TreeAgain(run))); break;
            case CancelClient cancel: Give(cancel.Job, new CancelOrder(cancel.Job, cancel.Reason)); break;
            case CloseSession close: Send(run.Status.Job, new CloseStoreSession(close.Session, close.Reason)); break;
            case RecordInCatalog record: Tell(record.Job, Confirmed(record)); break;
            case PlanRestore plan: Tell(plan.Job, RestorePlanning.Plan(Catalog, plan.Selection, run.Status.Specification!.Storage)); break;
            case Jobs.Jobs.OpenServe serve: Serve(run, serve); break;
            case StartRestoreClient start: StartRestore(run, start); break;
            case LogLine line: run.Log.Add(line.Text); break;
            case Report report: Finish(run, report); break;
            default: throw new ArgumentException($"{effect.GetType().Name} is no effect of a job");
        }
    }

    private ReferenceAnswered Reference(ChooseReference choose)
    {
        RecordFileSet(choose.FileSet);
        ReferenceChoice choice = Catalog.Jobs.FindReference(
            new ReferenceQuestion(choose.JobName, choose.Client, FileSetText.HashOf(choose.FileSet), choose.Level));
        return new ReferenceAnswered(
            choice.Reference is { } found ? new ReferenceTree(found.Job, found.Level, found.Root, found.ScanStarted) : null, choice.WhyNot);
    }

    private void Open(JobRun run, OpenSession open)
    {
        Ticket store = run.Store = Kept(run, _parts.NewTicket(ChannelPurpose.Store, open.Session, TicketLife));
        ChannelOffer catalogue = run.Catalogue = Kept(run, _parts.OfferCatalogue(open.Session, TicketLife));
        SessionLabel label = JobLabels.Of(run.Status, _parts, Catalog);
        Catalog.Sessions.Open(label);
        _sessions[open.Session] = open.Job;
        Send(open.Job, new OpenStoreSession(label, open.Attempt, run.Volume!, store, catalogue));
    }

    private void Start(JobRun run, StartClient start) => Give(start.Job, new BackupOrder(
        start.Job, start.Session, start.Attempt, start.Level, start.FileSet, start.Reference?.Root ?? NodeId.Empty,
        start.Reference?.ScanStarted ?? default, start.Since, new ChannelOffer(run.StoreEndpoint, run.Store!),
        Kept(run, _parts.OfferTree(start.Session, start.Reference?.Job, TicketLife))));

    private CatalogReported Confirmed(RecordInCatalog record) => Catalog.Sessions.Find(record.Session) is { Totals: not null } row
        ? new CatalogReported(row.Catalogued, row.Catalogued.Data, row.Catalogued.Index - Catalog.Sessions.UnsavedCount(record.Job), null)
        : new CatalogReported(default, 0, 0, "the catalog has no end of the session");

    private void Serve(JobRun run, Jobs.Jobs.OpenServe serve)
    {
        Ticket ticket = run.Store = Kept(run, _parts.NewTicket(ChannelPurpose.Serve, default, TicketLife));
        Send(serve.Job, new Messages.Storages.OpenServe(
            serve.Job, ticket, RestorePlanning.Servable(Catalog, serve.Sessions)));
    }

    private void StartRestore(JobRun run, StartRestoreClient start)
    {
        RestoreSelection wanted = start.Selection;
        Give(start.Job, new RestoreOrder(
            start.Job, wanted.Root, wanted.Paths, wanted.Target, wanted.Replace, wanted.DryRun, new ChannelOffer(run.StoreEndpoint,
                run.Store!),
            Kept(run, _parts.OfferTree(default, wanted.SourceJob, TicketLife))));
    }

    private void Finish(JobRun run, Report report)
    {
        Withdraw(run);
        _unanswered.Remove(report.Job);
        if (run.Status is { IsRestore: true, Plan: not null }) Send(report.Job, new CloseServe(report.Job));
        Catalog.Jobs.End(report.Job, JobLabels.EndingOf(run.Status, Catalog));
        foreach (SessionId session in _sessions.Where(s => s.Value == report.Job).Select(s => s.Key).ToList()) _sessions.Remove(session);
    }

    private void RecordFileSet(FileSet fileSet) => Catalog.Clients.RecordFileSet(
        new FileSetRow(fileSet.Name, FileSetText.HashOf(fileSet), FileSetText.Of(fileSet), Instant.Now(_baton)));

    private static Ticket Kept(JobRun run, Ticket ticket)
    {
        run.Tickets.Add(ticket.Id);
        return ticket;
    }

    private static ChannelOffer Kept(JobRun run, ChannelOffer offer)
    {
        Kept(run, offer.Ticket);
        return offer;
    }

    private long NextTimer() => _backAt > 0 ? _backAt
        : _jobs.Values.SelectMany(run => run.Timers.Values).DefaultIfEmpty(long.MaxValue).Min();

    private void FireTimers()
    {
        if (_backAt > 0)
        {
            Return();
            return;
        }
        foreach (JobRun run in _jobs.Values.ToList())
            foreach (JobTimer timer in run.Timers.Where(t => _backAt == 0 && t.Value <= _baton.GetTimestamp()).Select(t => t.Key).ToList())
            {
                run.Timers.Remove(timer);
                Handle(run.Status.Job, new TimerFired(timer));
            }
    }
}
