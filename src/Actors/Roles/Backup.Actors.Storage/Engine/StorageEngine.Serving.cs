using Backup.Actors.Storage.Serving;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Engine;

/// <summary>Channels that restores read from: each on its listener's thread, with a drive of its own while it reads.</summary>
public sealed partial class StorageEngine
{
    private const string RestoreIsOver = "the restore is over";

    private readonly Dictionary<JobId, List<Guid>> _serveTickets = [];
    private long _serving;

    private void OpenServing(OpenServe order)
    {
        _channels.Desk.Register(order.Ticket, (_, channel) =>
        {
            Interlocked.Increment(ref _serving);
            try
            {
                using (channel)
                using (var server = new SessionServer(
                    order, _leases, _settings.DriveDeadline, () => WhyNotServed(order.Job), _settings.Clock))
                    server.Serve(channel);
            }
            finally
            {
                Interlocked.Decrement(ref _serving);
            }
        });
        lock (_lock)
        {
            if (!_serveTickets.TryGetValue(order.Job, out List<Guid>? tickets)) _serveTickets[order.Job] = tickets = [];
            tickets.Add(order.Ticket.Id);
        }
        Say(new ServeOpened(order.Job, _channels.Endpoint));
    }

    /// <summary>A job whose director was started again was offered more than one ticket.</summary>
    private void CloseServing(JobId job)
    {
        List<Guid>? tickets;
        lock (_lock) _serveTickets.Remove(job, out tickets);
        foreach (Guid ticket in tickets ?? []) _channels.Desk.Withdraw(ticket);
        if (tickets is not null) _leases.EndWait(job, RestoreIsOver);
    }

    private string? WhyNotServed(JobId job)
    {
        lock (_lock) return _serveTickets.ContainsKey(job) ? null : RestoreIsOver;
    }
}
