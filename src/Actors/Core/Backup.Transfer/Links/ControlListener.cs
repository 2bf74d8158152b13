using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Frames;
using Backup.Transfer.Transports;

namespace Backup.Transfer.Links;

/// <summary>Accepts control links for a desk, with the same protections as the bulk listener.</summary>
public sealed class ControlListener : IDisposable
{
    private const int ClientNameMax = 128;

    private readonly IControlDesk _desk;
    private readonly ChannelSettings _settings;
    private readonly Func<ControlWelcome> _self;
    private readonly Reception _reception;

    /// <summary>
    /// Listens at once. <paramref name="self"/> is what a client is told then (its version is put in); <paramref name="log"/> gets a line
    /// a minute for each kind of refusal.
    /// </summary>
    public ControlListener(
        ITransport transport, string endpoint, IControlDesk desk, ChannelSettings settings,
        Func<ControlWelcome> self, Action<string> log,
        Func<IConnection, string>? strangers = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(settings);
        _desk = desk;
        _settings = settings;
        _self = self;
        _reception = new Reception(transport.Listen(endpoint), FrameHeader.ControlMagic, settings, log, LetIn, strangers);
    }

    public string Endpoint => _reception.Endpoint;

    /// <summary>Takes no more connections; open links stay.</summary>
    public void Dispose() => _reception.Dispose();

    private Action LetIn(FrameStream stream)
    {
        ControlHello hello = Greeting.ReadHello<ControlHello>(stream);
        if (hello.VersionMin > ControlVersion.Max || hello.VersionMax < ControlVersion.Min)
            throw Greeting.Refuse(stream, $"protocol versions {ControlVersion.Min} to {ControlVersion.Max} are spoken here, not "
                + $"{hello.VersionMin} to {hello.VersionMax}");
        if (string.IsNullOrEmpty(hello.Client) || hello.Client.Length > ClientNameMax || hello.Platform is null)
            throw Greeting.Refuse(stream, $"a client's name has 1 to {ClientNameMax} characters and its platform is told");
        if (_desk.Refusal(hello, stream.Identity) is { } refusal) throw Greeting.Refuse(stream, refusal);
        ControlWelcome self = _self();
        if (self.Epoch > 0 && hello.Epoch > self.Epoch)
            throw Greeting.Refuse(stream, $"client '{hello.Client}' has obeyed a director of epoch {hello.Epoch}, and this one, "
                + $"'{self.Node}', is of epoch {self.Epoch}: another has followed it; "
                + "stop this one, or let it take a later epoch by a restart");
        int version = Math.Min(hello.VersionMax, ControlVersion.Max);
        stream.Write(OwnKind.Welcome, CborMap.Encode(self with { Version = version }));
        return () => _desk.Attached(hello, new ControlLink(stream, _settings, hello.Client, version));
    }
}
