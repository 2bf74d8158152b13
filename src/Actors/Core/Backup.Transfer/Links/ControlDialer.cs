using Backup.Messages.Sessions;
using Backup.Transfer.Channels;
using Backup.Transfer.Frames;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Links;

/// <summary>Attaches to a director: connect, hello, welcome. When to dial again is the caller's (<see cref="Backoff"/>).</summary>
public static class ControlDialer
{
    /// <summary>Tries each director in turn and takes the first that lets it in; where none does, the exception says why of each.</summary>
    public static ControlLink OpenAny(
        ITransport transport, IReadOnlyList<string> endpoints, ControlHello hello, ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var reasons = new List<string>();
        foreach (string endpoint in endpoints)
            try
            {
                return Open(transport, endpoint, hello, settings);
            }
            catch (ChannelException e)
            {
                reasons.Add(e.Message);
            }
        throw new ChannelException(string.Join("; ", reasons));
    }

    /// <summary>Blocks until the link is open (it still has to be started); a <see cref="ChannelException"/> says why it is not.</summary>
    public static ControlLink Open(ITransport transport, string endpoint, ControlHello hello, ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(hello);
        ArgumentNullException.ThrowIfNull(settings);
        return Greeting.Dial(transport, endpoint, FrameHeader.ControlMagic, settings, stream =>
        {
            if (stream.Identity is { } node && !node.Roles.HasFlag(NodeRoles.Director))
                throw new ChannelException(
                    $"{stream.Peer}: node '{node.Node}' has no role director; check 'directors' in the configuration");
            ControlWelcome welcome = Greeting.Ask<ControlHello, ControlWelcome>(stream, hello);
            if (welcome.Version < hello.VersionMin || welcome.Version > hello.VersionMax)
                throw new ChannelException($"{stream.Peer}: chose protocol version {welcome.Version}, which was not offered");
            return new ControlLink(stream, settings, welcome.Node, welcome.Version)
            {
                Epoch = welcome.Version >= ControlVersion.WithEpoch ? welcome.Epoch : 0,
            };
        });
    }
}
