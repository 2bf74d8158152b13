using Backup.Messages.Jobs.Events;
using Backup.Messages.Inspection;
using Backup.Messages.Schedules;
using Backup.Messages.Storages;
using Backup.Messages.Wire;

namespace Backup.Node.Running;

/// <summary>Everything that this process's actor system may persist or send: nothing else is serialized.</summary>
internal static class NodeProtocols
{
    public static readonly WireMap All = new(
    [
        .. JobEventCodec.Known.Select(known => (known.Key, known.Value)), .. SchedulerProtocol.Entries,
        .. StorageProtocol.Entries, .. InspectionProtocol.Entries,
    ]);
}
