using System.Runtime.InteropServices;
using Backup.Catalog;
using Backup.Cluster.Membership;
using Backup.Cluster.Startup;
using Backup.Messages.Sessions;
using Backup.Node.Api;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>The life of the process: start every role, say so, wait for the word to stop, stop in order.</summary>
internal static class NodeRun
{
    /// <summary>Returns when SIGTERM or SIGINT has come and everything is put away.</summary>
    public static int UntilStopped(NodeSettings settings)
    {
        using var stop = new ManualResetEventSlim();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        void Ask(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Set();
        }
        using var log = NodeLog.Open(settings);
        using NodeLock held = NodeLock.Take(settings.Data);
        try
        {
            using var host = new NodeHost(settings, log);
            log.Loggers.CreateLogger("node")
                .LogInformation("node {Node} is ready, console socket {Socket}", settings.Node.Name, settings.Socket);
            Console.WriteLine($"backup-node: {settings.Node.Name} is ready; console socket {settings.Socket}");
            stop.Wait();
        }
        catch (Exception e)
            when (e is CatalogException or JournalException or MembershipException or ChannelException or ApiSocketException)
        {
            throw new NodeRefusedException(e.Message);
        }
        return 0;
    }
}
