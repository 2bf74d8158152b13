using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Jobs;
using Backup.Catalog.Jobs;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Simulation;

/// <summary>
/// The director is lost and comes back: its memory goes (mailbox, tickets, timers, offers), journal and catalog stay. Storage and
/// client go
/// on meanwhile, and nobody hears them.
/// </summary>
internal sealed partial class SimulatedDirector
{
    private int _untilLoss;
    private TimeSpan _away;
    private long _backAt;

    /// <summary>Breaks every channel that the director listens for.</summary>
    public required Action Cut { get; init; }

    /// <summary>Called when it is back: clients dial again.</summary>
    public required Action Back { get; init; }

    /// <summary>Sees each message that it takes.</summary>
    public Action<object> Heard { get; set; } = _ => { };

    /// <summary>Sees each order that it gives.</summary>
    public Action<object> Said { get; set; } = _ => { };

    /// <summary>How often it was lost.</summary>
    public int Losses { get; private set; }

    public bool IsAway => _backAt > 0;

    /// <summary>It is lost in the middle of the decision of this number from now on, for so long.</summary>
    public void LoseIn(int decisions, TimeSpan away) => (_untilLoss, _away) = (decisions, away);

    /// <summary>A loss that has not come does not come any more.</summary>
    public void KeepFromNowOn() => _untilLoss = 0;

    private void Lose()
    {
        Losses++;
        _backAt = _baton.GetTimestamp() + Math.Max(1, _away.Ticks);
        _inbox.Clear();
        _sessions.Clear();
        _unanswered.Clear();
        _owed.Clear();
        (_promised, _full) = (null, []);
        _unusable.Clear();
        foreach (JobRun run in _jobs.Values)
        {
            Withdraw(run);
            run.Timers.Clear();
            (run.Volume, run.StoreEndpoint) = (null, "");
        }
        Cut();
    }

    private void Return()
    {
        _backAt = 0;
        foreach ((JobId job, JobRun run) in _jobs)
        {
            if (run.Status.Phase == JobPhase.WaitingForTurn && !run.Status.HasEnded) Tell(job, new BeginJob());
            else if (!run.Status.HasEnded) Tell(job, new RecoverJob());
            else if (!Catalog.Jobs.Find(job)!.State.HasEnded()) Finish(run, new Report(job, run.Status.State, run.Status.EndReason));
        }
        Back();
    }

    private void Stands(SessionStands stands)
    {
        JobRun run = _jobs[stands.Session.Job];
        _unanswered.Remove(stands.Session.Job);
        if (stands.Ticket != run.Store?.Id) return; // an answer to the director before this one
        run.StoreEndpoint = stands.Endpoint;
        Handle(stands.Session.Job, new SessionFound(stands.Session.Attempt, stands.Session.State != LiveSessionState.Opening));
    }

    private ClaimSession Claim(JobRun run, SessionId session)
    {
        _sessions[session] = run.Status.Job;
        run.Store ??= Kept(run, _parts.NewTicket(ChannelPurpose.Store, session, TicketLife));
        run.Catalogue ??= Kept(run, _parts.OfferCatalogue(session, TicketLife));
        return new ClaimSession(session, run.Store, run.Catalogue);
    }

    private ChannelOffer? TreeAgain(JobRun run)
    {
        JobStatus status = run.Status;
        JobId? source = status.IsRestore ? status.Specification!.Restore!.SourceJob : status.Reference?.Job;
        return source is null ? null : Kept(run, _parts.OfferTree(status.IsRestore ? default : status.Session, source, TicketLife));
    }

    private void StorageEnded(JobRun run, StoreSessionEnded ended)
    {
        int losses = Losses;
        Handle(run.Status.Job, run.Status.Phase == JobPhase.OpeningSession
            ? new OrderFailed(JobPhase.OpeningSession, ended.Failure ?? "the storage node closed the session")
            : new StorageReported(ended.Stored, ended.Failure, ended.Stages, ended.Position, ended.LastPath));
        if (losses != Losses) return;
        Send(ended.Job, new SessionEndTaken(ended.Session));
        if (run.Status.HasEnded) Withdraw(run);
    }

    private void ClientEnded(JobId job, IJobCommand ended)
    {
        int losses = Losses;
        Handle(job, ended);
        if (losses == Losses) Give(job, new EndTaken(job));
    }

    private void Withdraw(JobRun run)
    {
        foreach (Guid ticket in run.Tickets) _parts.Channels.Desk.Withdraw(ticket);
        run.Tickets.Clear();
        (run.Store, run.Catalogue) = (null, null);
    }
}
