using System.Net;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Transports;

/// <summary>
/// "127.0.0.1:9103", "[::1]:9103", "localhost:9103" or "backup.example.org:9103": a host, by address or by name, and a port.
/// </summary>
internal readonly record struct TcpEndpoint(string Host, IPAddress? Address, ushort Port)
{
    public const string PlainRefusal = "plain channels are allowed on loopback only; TLS is not configured";

    public static TcpEndpoint Parse(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        int colon = endpoint.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(endpoint.AsSpan(colon + 1), out ushort port)) throw Malformed(endpoint);
        string host = endpoint[..colon];
        if (host == "localhost") return new TcpEndpoint(host, IPAddress.Loopback, port);
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? address)
            && bracketed == (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6))
            return new TcpEndpoint(host, address, port);
        return Uri.CheckHostName(host) == UriHostNameType.Dns ? new TcpEndpoint(host, null, port) : throw Malformed(endpoint);
    }

    /// <summary>
    /// The address to use without TLS. A name is not looked up: only loopback may be used, and a resolver could answer anything.
    /// </summary>
    public static IPEndPoint Loopback(string endpoint)
    {
        TcpEndpoint parsed = Parse(endpoint);
        return parsed.Address is { } address && IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, parsed.Port)
            : throw new ChannelException($"{endpoint}: {PlainRefusal}");
    }

    private static ChannelException Malformed(string endpoint) =>
        new($"'{endpoint}' is no endpoint: write host:port, such as 127.0.0.1:9103, [::1]:9103 or backup.example.org:9103");
}
