using System.Net;
using System.Net.Sockets;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Transports;

/// <summary>Dials a host by name: each of its addresses in turn, together within the deadline.</summary>
internal static class TcpDialing
{
    public static Socket Connect(string endpoint, TimeSpan deadline, NameResolution names, TimeProvider clock)
    {
        long began = clock.GetTimestamp();
        IReadOnlyList<IPEndPoint> addresses = names.Resolve(endpoint, deadline);
        for (int at = 0; ; at++)
        {
            // What is left is shared by what is left: an address that does not answer must not take the turn of one that does.
            TimeSpan share = (deadline - clock.GetElapsedTime(began)) / (addresses.Count - at);
            try
            {
                return TcpSockets.Connect(addresses[at], endpoint, share);
            }
            catch (ChannelException) when (at + 1 < addresses.Count)
            {
                // The next address has its turn; the last one's failure is the dial's.
            }
        }
    }
}
