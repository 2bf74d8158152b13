namespace Backup.Transfer.Channels;

/// <summary>What both ends agreed on: how many frames may be sent before credit, the largest payload, where the other end stands.</summary>
internal sealed record ChannelTerms(int SendWindow, int PayloadBytesMax, long PeerReceived)
{
    private const int WindowFramesLimit = 1024;
    private const int PayloadBytesLeast = 4096;

    public static ChannelTerms OfDialer(Hello hello, Welcome welcome) =>
        new(welcome.WindowFrames, Math.Min(hello.PayloadBytesMax, welcome.PayloadBytesMax), welcome.Received);

    public static ChannelTerms OfListener(Hello hello, ChannelSettings settings) =>
        new(hello.WindowFrames, Math.Min(hello.PayloadBytesMax, settings.PayloadBytesMax), hello.Received);

    /// <summary>Why these terms cannot be; null where they can.</summary>
    public string? Fault =>
        SendWindow is < 1 or > WindowFramesLimit ? $"a window of {SendWindow} frames is not within 1 to {WindowFramesLimit}"
        : PayloadBytesMax < PayloadBytesLeast ? $"payloads of {PayloadBytesMax} bytes are too small: {PayloadBytesLeast} are the least"
        : PeerReceived < 0 ? $"the received position {PeerReceived} is negative"
        : null;
}
