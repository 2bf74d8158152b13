using System.Net;
using System.Net.Sockets;
using Backup.TestKit.Trees;

namespace Backup.Tests.System.EndToEnd;

public sealed class GarbageTests : NodeTest
{
    private const int GarbageBytes = 1 << 20, Seed = 20_261_123;

    [Fact]
    public void Garbage_on_every_port_and_on_the_socket_leaves_the_node_at_work()
    {
        string folder = Folder("tree", ("file", "content"));
        Node.Start();
        var endpoints = ListeningPorts(Node.Id).Select(port => (EndPoint)new IPEndPoint(IPAddress.Loopback, port)).ToList();
        endpoints.Add(new UnixDomainSocketEndPoint(Node.Socket));
        var random = new Random(Seed);
        foreach (EndPoint endpoint in endpoints)
        {
            foreach (byte[] garbage in Kinds(random)) Throw(endpoint, garbage);
        }
        long job = Backup(folder);
        HostileFolder.AreEqual(folder, Restore(job, folder));
    }

    private static IEnumerable<byte[]> Kinds(Random random)
    {
        var noise = new byte[GarbageBytes];
        random.NextBytes(noise);
        yield return [];
        yield return [0xFF, 0xFF, 0xFF, 0x7F];
        yield return [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[64]];
        yield return "POST /v1/commands HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{"u8.ToArray();
        yield return "GET / HTTP/1.1\r\n\r\n"u8.ToArray();
        yield return new byte[GarbageBytes];
        yield return noise;
    }

    // The node may close the connection at any moment, and should: that ends the throw, not the test.
    private static void Throw(EndPoint endpoint, byte[] garbage)
    {
        ProtocolType protocol = endpoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp;
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, protocol) { SendTimeout = 5000, ReceiveTimeout = 500 };
        try
        {
            socket.Connect(endpoint);
            socket.Send(garbage);
            socket.Shutdown(SocketShutdown.Send);
            socket.Receive(new byte[4096]);
        }
        catch (SocketException)
        {
        }
    }

    /// <summary>The TCP ports that a process listens on, as the kernel tells (proc(5), net/tcp; state 0A is LISTEN).</summary>
    private static IEnumerable<int> ListeningPorts(int process)
    {
        string[] open = Directory.GetFiles($"/proc/{process}/fd");
        HashSet<string> sockets = [.. open.Select(fd => File.ResolveLinkTarget(fd, false)?.Name ?? "")];
        return from table in new[] { "tcp", "tcp6" }
               from line in File.ReadLines($"/proc/{process}/net/{table}").Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]")
               select Convert.ToInt32(fields[1].Split(':')[1], 16);
    }
}
