using Backup.Messages.Sessions;
using Backup.Transfer.Tls;
using Backup.Transfer.Transports;

namespace Backup.TestKit.Channels;

/// <summary>What goes wrong with what a dialled connection writes, counted in bytes from its start. Null = never.</summary>
public sealed record Faults
{
    /// <summary>The connection is cut when this many bytes were written.</summary>
    public long? CutAfter { get; init; }

    /// <summary>The byte of this number is turned around.</summary>
    public long? CorruptAt { get; init; }

    /// <summary>What is written from this byte on never arrives, without a word.</summary>
    public long? SilentAfter { get; init; }

    /// <summary>Called before each write that passes this byte; holds it until it returns.</summary>
    public long? DelayAt { get; init; }
    public Action? Delay { get; init; }
}

/// <summary>Another transport whose dialled connections have faults. A test may change <see cref="Faults"/> between dials.</summary>
public sealed class FaultyTransport(ITransport inner) : ITransport
{
    public Faults Faults { get; set; } = new();

    public IConnection Connect(string endpoint, TimeSpan deadline) => new FaultyConnection(inner.Connect(endpoint, deadline), Faults);

    public IConnectionListener Listen(string endpoint) => inner.Listen(endpoint);

    private sealed class FaultyConnection(IConnection inner, Faults faults) : IConnection
    {
        private long _written;

        public string Peer => inner.Peer;
        public NodeIdentity? Identity => inner.Identity;
        public string? Refusal => inner.Refusal;
        public void Handshake() => inner.Handshake();
        public int Read(Span<byte> buffer) => inner.Read(buffer);

        public void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            byte[] bytes = [.. head, .. body];
            long from = _written;
            _written += bytes.Length;
            if (faults.DelayAt is { } delay && delay >= from && delay < _written) faults.Delay?.Invoke();
            if (faults.CorruptAt is { } corrupt && corrupt >= from && corrupt < _written) bytes[corrupt - from] ^= 0x10;
            if (faults.SilentAfter < _written)
            {
                inner.Write(bytes.AsSpan(0, (int)Math.Clamp(faults.SilentAfter.Value - from, 0, bytes.Length)), []);
                return;
            }
            if (faults.CutAfter >= _written || faults.CutAfter is null)
            {
                inner.Write(bytes, []);
                return;
            }
            inner.Write(bytes.AsSpan(0, (int)Math.Clamp(faults.CutAfter.Value - from, 0, bytes.Length)), []);
            inner.CloseWrite();
            inner.Dispose();
            throw new ChannelException($"{Peer}: cut after {faults.CutAfter} bytes");
        }

        public void CloseWrite() => inner.CloseWrite();
        public void Dispose() => inner.Dispose();
    }
}
