using Backup.Messages.Sessions;

namespace Backup.Transfer.Channels;

/// <summary>
/// A process's bulk channels: where others dial it, the tickets that open them, and how it dials another process's. Thread safe.
/// </summary>
public sealed record NodeChannels(string Endpoint, TicketDesk Desk, Func<ChannelOffer, IBulkChannel> Dial)
{
    /// <summary>The node that its certificate names, for offers; empty where channels are plain.</summary>
    public string Node { get; init; } = "";
}
