using Backup.Messages.Sessions;
using Backup.Transfer.Tls;

namespace Backup.Transfer.Channels;

/// <summary>
/// Who dials and who listens for each purpose, held against the certificates; plain loopback proves nobody and is let through.
/// </summary>
internal static class ChannelRoles
{
    /// <summary>Why this dialler may not open a channel of the purpose; null where it may.</summary>
    public static string? Refusal(ChannelPurpose purpose, NodeIdentity? dialler)
    {
        NodeRoles needed = purpose == ChannelPurpose.Catalogue ? NodeRoles.Storage : NodeRoles.Client;
        return dialler is null || dialler.Roles.HasFlag(needed) ? null : Lacks(dialler, needed, purpose);
    }

    /// <summary>Why this listener is not the one that the offer names; null where it is.</summary>
    public static string? WrongListener(ChannelOffer offer, NodeIdentity? listener)
    {
        ChannelPurpose purpose = offer.Ticket.Purpose;
        NodeRoles needed = purpose is ChannelPurpose.Tree or ChannelPurpose.Catalogue ? NodeRoles.Director : NodeRoles.Storage;
        if (listener is null) return null;
        if (offer.Node.Length == 0) return "the offer names no node, and channels between certified nodes need one";
        if (listener.Node != offer.Node) return $"node '{listener.Node}' listens there, not node '{offer.Node}' that the offer names";
        return listener.Roles.HasFlag(needed) ? null : Lacks(listener, needed, purpose);
    }

    private static string Lacks(NodeIdentity identity, NodeRoles needed, ChannelPurpose purpose) =>
        $"node '{identity.Node}' has no role {needed.ToString().ToLowerInvariant()}, which a {purpose} channel needs; "
        + "invite it with that role and join again";
}
