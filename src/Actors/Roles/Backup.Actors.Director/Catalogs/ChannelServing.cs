using Backup.Catalog;
using Backup.Configuration.Resources;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;

namespace Backup.Actors.Director.Catalogs;

/// <summary>The director's side of bulk channels: tickets, and serving to the end whatever happens.</summary>
internal static class ChannelServing
{
    /// <summary>A new right to open a channel of this purpose. Not registered yet.</summary>
    public static Ticket NewTicket(this DirectorParts parts, ChannelPurpose purpose, SessionId session, TimeSpan life)
    {
        var secret = new byte[32];
        parts.Entropy.Fill(secret);
        return new Ticket(parts.Entropy.NewGuid(), secret, purpose, session, Instant.Now(parts.Clock).Plus(life));
    }

    /// <summary>An offer to fetch tree nodes; holders named are those the reference job's tree leans on, where there is a choice.</summary>
    public static ChannelOffer OfferTree(this DirectorParts parts, SessionId session, JobId? reference, TimeSpan life)
    {
        Ticket ticket = parts.NewTicket(ChannelPurpose.Tree, session, life);
        parts.Channels.Desk.Register(ticket, (_, channel) => Serve(channel, new TreeServer(parts.Gate.Catalog.Trees, reference).Serve));
        return new ChannelOffer(parts.Channels.Endpoint, ticket, parts.Channels.Node);
    }

    /// <summary>An offer to bring a session's committed nodes into the catalog.</summary>
    public static ChannelOffer OfferCatalogue(this DirectorParts parts, SessionId session, TimeSpan life)
    {
        Ticket ticket = parts.NewTicket(ChannelPurpose.Catalogue, session, life);
        parts.Channels.Desk.Register(ticket,
            (_, channel) => Serve(channel, c => new CatalogueReceiver(parts.Gate.Catalog, session).Serve(c)));
        return new ChannelOffer(parts.Channels.Endpoint, ticket, parts.Channels.Node);
    }

    /// <summary>
    /// An offer of a storage's channel. Which node must be there, the director's own configuration says, not who answered.
    /// </summary>
    public static ChannelOffer OfferStorage(this DirectorParts parts, string storage, string endpoint, Ticket ticket)
    {
        bool certified = parts.Channels.Node.Length > 0;
        string? node = certified && parts.Configuration.Storages.TryGetValue(storage, out StorageResource? known) ? known.Node : null;
        return new ChannelOffer(endpoint, ticket, certified ? node ?? storage : "");
    }

    /// <summary>Serves a channel on its own thread; what goes wrong is told to the other end, which reports it.</summary>
    private static void Serve(IBulkChannel channel, Action<IBulkChannel> serve)
    {
        using (channel)
        {
            SessionFailed? failure = null;
            try
            {
                serve(channel);
            }
            catch (Exception e) when (e is CatalogException or ChannelException or FormatException)
            {
                failure = new SessionFailed(e.Message, MayPass(e));
            }
            End(channel, failure);
        }
    }

    /// <summary>A catalog that is away, and a director that another has followed: the same may be taken later.</summary>
    private static bool MayPass(Exception e) =>
        e is CatalogException { Fault: CatalogFault.Unavailable or CatalogFault.Superseded };

    private static void End(IBulkChannel channel, SessionFailed? failure)
    {
        try
        {
            if (failure is not null) channel.Send(FrameKind.Failed, CborMap.Encode(failure));
            channel.CloseSend();
        }
        catch (ChannelException)
        {
            // The other end is gone as well and reports the session from its side.
        }
    }
}
