using System.Net;
using System.Net.Sockets;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Transports;

/// <summary>
/// Looks host names up. The system's resolver takes as long as it likes, so each question has a thread of its own, which is left to end by
/// itself where the deadline comes first. Thread safe.
/// </summary>
internal sealed class NameResolution(Func<string, IPAddress[]> resolve)
{
    /// <summary>The addresses of an endpoint, at least one; a <see cref="ChannelException"/> where there is none in time.</summary>
    public IReadOnlyList<IPEndPoint> Resolve(string endpoint, TimeSpan deadline)
    {
        TcpEndpoint parsed = TcpEndpoint.Parse(endpoint);
        if (parsed.Address is { } known) return [new IPEndPoint(known, parsed.Port)];
        IPAddress[] found = [];
        SocketException? failure = null;
        var asking = new Thread(() =>
        {
            try
            {
                found = resolve(parsed.Host);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        })
        { IsBackground = true, Name = $"resolve {parsed.Host}" };
        asking.Start();
        if (!asking.Join(deadline))
            throw new ChannelException($"cannot connect to {endpoint}: the name '{parsed.Host}' was not resolved within the deadline");
        if (failure is not null || found.Length == 0)
            throw new ChannelException($"cannot connect to {endpoint}: the name '{parsed.Host}' has no address"
                + (failure is null ? "" : $" ({failure.Message})"), failure);
        return [.. found.Select(address => new IPEndPoint(address, parsed.Port))];
    }
}
