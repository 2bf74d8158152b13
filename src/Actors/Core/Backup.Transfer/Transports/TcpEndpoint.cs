using System.Net;
using System.Net.Sockets;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Transports;

/// <summary>"127.0.0.1:9103", "[::1]:9103" or "localhost:9103" as an address; anything that is not loopback is refused.</summary>
internal static class TcpEndpoint
{
    public const string PlainRefusal = "plain channels are allowed on loopback only; TLS is not configured";

    public static IPEndPoint Loopback(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        IPEndPoint address = Parse(endpoint);
        return IPAddress.IsLoopback(address.Address) ? address : throw new ChannelException($"{endpoint}: {PlainRefusal}");
    }

    private static IPEndPoint Parse(string endpoint)
    {
        int colon = endpoint.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(endpoint.AsSpan(colon + 1), out ushort port)) throw Malformed(endpoint);
        string host = endpoint[..colon];
        if (host == "localhost") return new IPEndPoint(IPAddress.Loopback, port);
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? address)
            && bracketed == (address.AddressFamily == AddressFamily.InterNetworkV6))
            return new IPEndPoint(address, port);
        // A name is not looked up: only loopback may be used, and a resolver could answer anything.
        throw Uri.CheckHostName(host) == UriHostNameType.Dns ? new ChannelException($"{endpoint}: {PlainRefusal}") : Malformed(endpoint);
    }

    private static ChannelException Malformed(string endpoint) =>
        new($"'{endpoint}' is no endpoint: write address:port, such as 127.0.0.1:9103 or [::1]:9103");
}
