using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Transfer.Frames;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Channels;

/// <summary>Accepts bulk channels for a desk of tickets. Each channel gets a thread of its own, which the desk's taker may keep.</summary>
public sealed class BulkListener : IDisposable
{
    private readonly ITicketDesk _desk;
    private readonly ChannelSettings _settings;
    private readonly string _softwareVersion;
    private readonly Reception _reception;

    /// <summary>Listens at once; <paramref name="log"/> gets a line a minute for each kind of refusal, from any thread.</summary>
    public BulkListener(
        ITransport transport, string endpoint, ITicketDesk desk, ChannelSettings settings, string softwareVersion, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(settings);
        _desk = desk;
        _settings = settings;
        _softwareVersion = softwareVersion;
        _reception = new Reception(transport.Listen(endpoint), FrameHeader.BulkMagic, settings, log, LetIn);
    }

    /// <summary>Where it listens ("127.0.0.1:9103").</summary>
    public string Endpoint => _reception.Endpoint;

    /// <summary>Takes no more connections; open channels stay.</summary>
    public void Dispose() => _reception.Dispose();

    private Action LetIn(FrameStream stream)
    {
        Hello hello = Greeting.ReadHello<Hello>(stream);
        if (hello.VersionMin > ChannelVersion.Max || hello.VersionMax < ChannelVersion.Min)
            throw Greeting.Refuse(stream, $"protocol versions {ChannelVersion.Min} to {ChannelVersion.Max} are spoken here, not "
                + $"{hello.VersionMin} to {hello.VersionMax}");
        var terms = ChannelTerms.OfListener(hello, _settings);
        if (terms.Fault is { } fault) throw Greeting.Refuse(stream, fault);
        if (ChannelRoles.Refusal(hello.Purpose, stream.Identity) is { } wrongRole) throw Greeting.Refuse(stream, wrongRole);
        if (!_desk.TryRedeem(hello, out long received, out string refusal))
            throw new ChannelException($"{Greeting.Refuse(stream, refusal).Message} ({hello})");
        int version = Math.Min(hello.VersionMax, ChannelVersion.Max);
        stream.Write(OwnKind.Welcome, CborMap.Encode(
            new Welcome(version, _settings.WindowFrames, _settings.PayloadBytesMax, received, _softwareVersion)));
        return () => _desk.Opened(hello, new BulkChannel(stream, terms, _settings));
    }
}
