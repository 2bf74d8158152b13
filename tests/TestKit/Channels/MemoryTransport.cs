using Backup.Messages.Sessions;
using Backup.Transfer.Transports;

namespace Backup.TestKit.Channels;

/// <summary>A network in memory: endpoints are names, connections are two bounded pipes. Thread safe.</summary>
public sealed class MemoryTransport(int pipeBytes = 256 * 1024) : ITransport
{
    private readonly object _gate = new();
    private readonly Dictionary<string, Listening> _listeners = [];
    private int _dialled;

    public IConnection Connect(string endpoint, TimeSpan deadline)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(endpoint, out Listening? listening))
                throw new ChannelException($"cannot connect to {endpoint}: nobody listens there");
            var there = new BytePipe(pipeBytes);
            var back = new BytePipe(pipeBytes);
            listening.Waiting.Enqueue(new MemoryConnection($"dialler:{++_dialled}", there, back));
            Monitor.PulseAll(_gate);
            return new MemoryConnection(endpoint, back, there);
        }
    }

    public IConnectionListener Listen(string endpoint)
    {
        lock (_gate)
        {
            var listening = new Listening(this, endpoint);
            return _listeners.TryAdd(endpoint, listening)
                ? listening
                : throw new ChannelException($"cannot listen on {endpoint}: the address is in use");
        }
    }

    private sealed class Listening(MemoryTransport transport, string endpoint) : IConnectionListener
    {
        private bool _disposed;

        public Queue<MemoryConnection> Waiting { get; } = new();
        public string Endpoint => endpoint;

        public IConnection? Accept()
        {
            lock (transport._gate)
            {
                while (Waiting.Count == 0 && !_disposed) Monitor.Wait(transport._gate);
                return _disposed ? null : Waiting.Dequeue();
            }
        }

        public void Dispose()
        {
            lock (transport._gate)
            {
                _disposed = true;
                transport._listeners.Remove(endpoint);
                foreach (MemoryConnection connection in Waiting) connection.Dispose();
                Monitor.PulseAll(transport._gate);
            }
        }
    }

    private sealed class MemoryConnection(string peer, BytePipe input, BytePipe output) : IConnection
    {
        public string Peer => peer;
        public int Read(Span<byte> buffer) => input.Read(buffer);

        public void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            output.Write(head);
            output.Write(body);
        }

        public void CloseWrite() => output.Close();

        public void Dispose()
        {
            input.Cut();
            output.Cut();
        }
    }
}

/// <summary>Bytes one way, bounded: a writer waits for room, a reader for bytes.</summary>
internal sealed class BytePipe(int capacity)
{
    private readonly object _gate = new();
    private readonly byte[] _ring = new byte[capacity];
    private int _start;
    private int _count;
    private bool _closed;
    private bool _cut;

    public int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            while (_count == 0 && !_closed && !_cut) Monitor.Wait(_gate);
            if (_count == 0 && _cut) throw new ChannelException("the other end cut the connection");
            int count = Math.Min(Math.Min(buffer.Length, _count), _ring.Length - _start);
            _ring.AsSpan(_start, count).CopyTo(buffer);
            _start = (_start + count) % _ring.Length;
            _count -= count;
            Monitor.PulseAll(_gate);
            return count;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            lock (_gate)
            {
                while (_count == _ring.Length && !_closed && !_cut) Monitor.Wait(_gate);
                if (_closed || _cut) throw new ChannelException("the connection is closed");
                int end = (_start + _count) % _ring.Length;
                int count = Math.Min(Math.Min(bytes.Length, _ring.Length - _count), _ring.Length - end);
                bytes[..count].CopyTo(_ring.AsSpan(end));
                _count += count;
                bytes = bytes[count..];
                Monitor.PulseAll(_gate);
            }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Cut()
    {
        lock (_gate)
        {
            _cut = true;
            Monitor.PulseAll(_gate);
        }
    }
}
