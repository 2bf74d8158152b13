using Backup.Messages.Sessions;
using Backup.Transfer.Tls;

namespace Backup.Transfer.Transports;

/// <summary>
/// What carries bytes between two processes. TCP on loopback is one; TLS is another behind the same seam. Every failure
/// is a <see cref="ChannelException"/> of one line. Thread safe.
/// </summary>
public interface ITransport
{
    /// <summary>Connects to "host:port" within the deadline.</summary>
    IConnection Connect(string endpoint, TimeSpan deadline);

    /// <summary>Listens on "address:port"; port 0 takes a free one.</summary>
    IConnectionListener Listen(string endpoint);
}

/// <summary>Accepts connections until it is disposed.</summary>
public interface IConnectionListener : IDisposable
{
    /// <summary>Where it listens, with the port it really has.</summary>
    string Endpoint { get; }

    /// <summary>Blocks for the next connection; null once disposed. A <see cref="ChannelException"/> is a passing fault.</summary>
    IConnection? Accept();
}

/// <summary>
/// A stream of bytes both ways. One thread may read while another writes. Dispose, from any thread, cuts it at once and wakes
/// both with a <see cref="ChannelException"/>.
/// </summary>
public interface IConnection : IDisposable
{
    /// <summary>Address of the other end, for messages.</summary>
    string Peer { get; }

    /// <summary>Who the other end has proven to be; null where the transport proves nothing (plain TCP) and before the handshake.</summary>
    NodeIdentity? Identity => null;

    /// <summary>
    /// Why the other end may say nothing here, though it is connected; null where it may. A listener tells it so and closes.
    /// </summary>
    string? Refusal => null;

    /// <summary>
    /// What the two ends do before the first byte, on the connection's own thread, which may wait for the other end. Whoever connected or
    /// accepted calls it once, before anything else, and cuts it by Dispose when it takes too long.
    /// </summary>
    void Handshake()
    {
    }

    /// <summary>Waits for some bytes and returns how many came; 0 when the other end has closed its side.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Writes all of both parts, in order; in as few sends as it can.</summary>
    void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);

    /// <summary>Says that nothing more will be written; what was written still arrives. Reading goes on.</summary>
    void CloseWrite();
}
