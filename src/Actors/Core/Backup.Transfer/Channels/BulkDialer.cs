using Backup.Messages.Sessions;
using Backup.Transfer.Frames;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Channels;

/// <summary>Opens bulk channels: connect, hello, welcome.</summary>
public static class BulkDialer
{
    /// <summary>Blocks until the channel is open; a <see cref="ChannelException"/> says why it is not.</summary>
    public static BulkChannel Open(ITransport transport, ChannelOffer offer, HelloFacts facts, ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(settings);
        var hello = new Hello(
            ChannelVersion.Min, ChannelVersion.Max, offer.Ticket.Id, offer.Ticket.Secret, offer.Ticket.Purpose, offer.Ticket.Session,
            facts.Attempt, facts.Received, settings.WindowFrames, settings.PayloadBytesMax, facts.SoftwareVersion);
        return Greeting.Dial(transport, offer.Endpoint, FrameHeader.BulkMagic, settings, stream =>
        {
            if (ChannelRoles.WrongListener(offer, stream.Identity) is { } wrong) throw new ChannelException($"{stream.Peer}: {wrong}");
            Welcome welcome = Greeting.Ask<Hello, Welcome>(stream, hello);
            if (welcome.Version is < ChannelVersion.Min or > ChannelVersion.Max)
                throw new ChannelException($"{stream.Peer}: chose protocol version {welcome.Version}, which was not offered");
            return new BulkChannel(stream, ChannelTerms.OfDialer(hello, welcome), settings);
        });
    }
}
