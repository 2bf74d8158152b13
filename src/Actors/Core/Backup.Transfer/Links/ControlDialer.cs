using Backup.Messages.Sessions;
using Backup.Transfer.Channels;
using Backup.Transfer.Frames;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Links;

/// <summary>Attaches to a director: connect, hello, welcome. When to dial again is the caller's (<see cref="Backoff"/>).</summary>
public static class ControlDialer
{
    /// <summary>Blocks until the link is open (it still has to be started); a <see cref="ChannelException"/> says why it is not.</summary>
    public static ControlLink Open(ITransport transport, string endpoint, ControlHello hello, ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(hello);
        ArgumentNullException.ThrowIfNull(settings);
        return Greeting.Dial(transport, endpoint, FrameHeader.ControlMagic, settings, stream =>
        {
            ControlWelcome welcome = Greeting.Ask<ControlHello, ControlWelcome>(stream, hello);
            if (welcome.Version < hello.VersionMin || welcome.Version > hello.VersionMax)
                throw new ChannelException($"{stream.Peer}: chose protocol version {welcome.Version}, which was not offered");
            return new ControlLink(stream, settings, welcome.Node);
        });
    }
}
