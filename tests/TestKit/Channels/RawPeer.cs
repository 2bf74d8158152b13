using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Transfer.Channels;
using Backup.Transfer.Transports;

namespace Backup.TestKit.Channels;

/// <summary>The far end of a channel in a test's own hands, frame by frame and byte by byte: it may break every rule.</summary>
public sealed class RawPeer(int pipeBytes = 4 * 1024 * 1024) : IDisposable
{
    private readonly MemoryTransport _transport = new(pipeBytes);
    private IConnection? _connection;
    private long _sequence;

    /// <summary>Dials the listening raw peer, which welcomes with this window; returns the product's end.</summary>
    public BulkChannel Accepting(ChannelSettings? settings = null, int window = 32)
    {
        using IConnectionListener listener = _transport.Listen("raw");
        var accepting = new Thread(() =>
        {
            _connection = listener.Accept();
            ReadFrame();
            Write(RawFrame.Welcome, CborMap.Encode(new Welcome(1, window, 512 * 1024, 0, "raw")));
        });
        accepting.Start();
        settings ??= new ChannelSettings(TimeProvider.System);
        var ticket = new Ticket(Guid.Empty, new byte[32], ChannelPurpose.Store, new SessionId(Guid.Empty), Instant.Now(settings.Clock));
        BulkChannel channel = BulkDialer.Open(_transport, new ChannelOffer("raw", ticket), new HelloFacts(1, "test"), settings);
        accepting.Join();
        return channel;
    }

    public RawFrame ReadFrame() => RawFrame.Read(_connection!);

    /// <summary>Writes a frame with the right sequence and checksums.</summary>
    public void Write(byte kind, byte[] payload) => WriteBytes(new RawFrame(kind, payload, NextSequence()).ToBytes());

    public long NextSequence() => ++_sequence;

    public void WriteBytes(byte[] bytes) => _connection!.Write(bytes, []);

    public void CloseWrite() => _connection!.CloseWrite();

    public void Dispose() => _connection?.Dispose();
}
