using Akka.Actor;
using Backup.Actors.Director.Catalogs;
using Backup.Catalog;
using Backup.Catalog.Jobs;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Jobs;

/// <summary>After a restart of the director: tickets drawn anew, and what is left of a job that has ended.</summary>
internal sealed partial class JobOrders
{
    /// <summary>
    /// The claim of a session, with one store ticket and one catalogue offer for as long as this actor lives. A job that has ended offers
    /// them too, until the storage node has delivered what it owes.
    /// </summary>
    public ClaimSession Claim(SessionId session)
    {
        _store ??= Kept(parts.NewTicket(ChannelPurpose.Store, session, TicketLife));
        _catalogue ??= Kept(parts.OfferCatalogue(session, TicketLife));
        return new ClaimSession(session, _store, _catalogue);
    }

    /// <summary>
    /// The storage speaks of the ticket that the client is to have, or says nothing of it: one of another ticket may not know this one yet.
    /// </summary>
    public bool IsOfTicket(Guid ticket) => ticket == default || ticket == _store?.Id;

    private void Reattach(ReattachSession reattach) =>
        neighbours.Director.Tell(new ToStorage(reattach.Job, reattach.Storage, reattach.Session, Claim(reattach.Session)));

    /// <summary>
    /// The offer of the tree for a client that works on the job, one for as long as this actor lives; null where the job needs none.
    /// </summary>
    private ChannelOffer? TreeAgain(JobStatus status)
    {
        JobId? source = status.IsRestore ? status.Specification!.Restore!.SourceJob : status.Reference?.Job;
        return source is null ? null
            : _tree ??= Kept(parts.OfferTree(status.IsRestore ? default : status.Session, source, TicketLife));
    }

    /// <summary>The job has a row and no journal: nothing of it ever ran.</summary>
    public void EndWithoutJournal(JobId job, string reason)
    {
        var ending = new JobEnding(JobState.Failed, reason, Instant.Now(parts.Clock), 0, 0);
        string name = "";
        Ask(
            catalog =>
            {
                name = catalog.Jobs.Find(job)?.Name ?? "";
                catalog.Jobs.End(job, ending);
            },
            () => neighbours.News.Publish(new JobFinished(job, name, JobState.Failed, reason)),
            why => neighbours.News.Publish(new JobFinished(job, name, JobState.Failed, $"{reason} (its row could not be written: {why})")),
            new JobDone(job));
    }

    public void WithdrawTickets()
    {
        foreach (Guid ticket in _tickets) parts.Channels.Desk.Withdraw(ticket);
        _tickets.Clear();
        (_store, _catalogue, _tree) = (null, null, null);
    }
}
