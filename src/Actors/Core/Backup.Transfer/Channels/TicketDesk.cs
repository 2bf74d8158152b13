using System.Security.Cryptography;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Transfer.Channels;

/// <summary>Decides who may open a channel, and takes the channels that were opened. Called by many threads at once.</summary>
public interface ITicketDesk
{
    /// <summary>Checks a hello's ticket. Received = frames of records the owner has of this attempt; a refusal is one line.</summary>
    bool TryRedeem(Hello hello, out long received, out string refusal);

    /// <summary>Called on the channel's own thread, which may serve it to its end. Whoever takes the channel disposes it.</summary>
    void Opened(Hello hello, IBulkChannel channel);
}

/// <summary>
/// The tickets that a process honours. A ticket may be redeemed again (a cut channel is dialled again) until it expires or is withdrawn.
/// </summary>
public sealed class TicketDesk(TimeProvider clock) : ITicketDesk
{
    /// <summary>A refusal never says which of its causes it was: a stranger learns nothing about tickets.</summary>
    public const string Unknown = "the ticket is unknown, expired or withdrawn";

    private sealed record Entry(Ticket Ticket, Action<Hello, IBulkChannel> Taker, Func<Hello, long>? Received);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _entries = [];

    /// <summary>Honours a ticket until it expires: channels opened with it go to the taker, on a thread of their own.</summary>
    public void Register(Ticket ticket, Action<Hello, IBulkChannel> taker, Func<Hello, long>? received = null)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        lock (_gate)
        {
            ForgetExpired();
            _entries[ticket.Id] = new Entry(ticket, taker, received);
        }
    }

    /// <summary>Tickets honoured now, for the operator and for tests: one that is left over is a leak.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                ForgetExpired();
                return _entries.Count;
            }
        }
    }

    /// <summary>Refuses the ticket from now on; open channels are not touched.</summary>
    public void Withdraw(Guid ticket)
    {
        lock (_gate) _entries.Remove(ticket);
    }

    public bool TryRedeem(Hello hello, out long received, out string refusal)
    {
        ArgumentNullException.ThrowIfNull(hello);
        Entry? entry = Find(hello.TicketId);
        bool secretFits = CryptographicOperations.FixedTimeEquals(hello.Secret, entry?.Ticket.Secret ?? []);
        received = 0;
        refusal = Unknown;
        if (entry is null || !secretFits || entry.Ticket.Secret.Length == 0) return false;
        refusal = $"the ticket is for {entry.Ticket.Purpose} of session {entry.Ticket.Session}";
        if (hello.Purpose != entry.Ticket.Purpose || hello.Session != entry.Ticket.Session) return false;
        received = entry.Received?.Invoke(hello) ?? 0;
        refusal = "";
        return true;
    }

    public void Opened(Hello hello, IBulkChannel channel)
    {
        ArgumentNullException.ThrowIfNull(hello);
        ArgumentNullException.ThrowIfNull(channel);
        if (Find(hello.TicketId) is { } entry) entry.Taker(hello, channel);
        else channel.Dispose();
    }

    private Entry? Find(Guid id)
    {
        lock (_gate) return _entries.TryGetValue(id, out Entry? entry) && Instant.Now(clock) < entry.Ticket.Expires ? entry : null;
    }

    private void ForgetExpired()
    {
        Instant now = Instant.Now(clock);
        foreach (Guid id in _entries.Where(e => e.Value.Ticket.Expires <= now).Select(e => e.Key).ToList()) _entries.Remove(id);
    }
}
