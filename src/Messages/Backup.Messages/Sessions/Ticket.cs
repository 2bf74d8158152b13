using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Messages.Sessions;

/// <summary>What a channel is opened for.</summary>
public enum ChannelPurpose
{
    /// <summary>Client → storage: a session is stored.</summary>
    Store,

    /// <summary>Storage → client: content of sessions is served.</summary>
    Serve,

    /// <summary>Director → client: tree nodes are served.</summary>
    Tree,

    /// <summary>Storage → director: committed nodes and notes come into the catalog.</summary>
    Catalogue,
}

/// <summary>
/// The right to open one channel, made by the director and given to both ends. The secret is 32 random bytes and never logged.
/// A ticket outlives the director that made it.
/// </summary>
public sealed record Ticket(Guid Id, byte[] Secret, ChannelPurpose Purpose, SessionId Session, Instant Expires)
{
    public override string ToString() => $"ticket {Id:N} ({Purpose})";
}

/// <summary>
/// Where a channel is to be opened ("127.0.0.1:9103"), with which ticket, and which node must prove to be there; empty on plain loopback.
/// </summary>
public sealed record ChannelOffer(string Endpoint, Ticket Ticket, string Node = "");
