using System.Collections.Frozen;
using Backup.Messages.Wire;

namespace Backup.Messages.Jobs.Events;

/// <summary>Job events to bytes and back. A manifest, once in a journal, is never given to another event. Thread safe.</summary>
public static class JobEventCodec
{
    private static readonly FrozenDictionary<string, Type> Types = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["job-queued"] = typeof(JobQueued),
        ["reference-chosen"] = typeof(ReferenceChosen),
        ["session-planned"] = typeof(SessionPlanned),
        ["wait-began"] = typeof(WaitBegan),
        ["started"] = typeof(Started),
        ["phase-changed"] = typeof(PhaseChanged),
        ["session-committed"] = typeof(SessionCommitted),
        ["client-ended"] = typeof(ClientEnded),
        ["storage-ended"] = typeof(StorageEnded),
        ["catalogued"] = typeof(Catalogued),
        ["restore-planned"] = typeof(RestorePlanned),
        ["restore-client-ended"] = typeof(RestoreClientEnded),
        ["script-began"] = typeof(ScriptBegan),
        ["script-done"] = typeof(ScriptDone),
        ["end-decided"] = typeof(EndDecided),
        ["cancel-asked"] = typeof(CancelAsked),
        ["ended"] = typeof(Ended),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, string> Manifests = Types.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every event type there is, by manifest.</summary>
    public static IReadOnlyDictionary<string, Type> Known => Types;

    public static string ManifestOf(IJobEvent happened) => Manifests.TryGetValue(happened.GetType(), out string? manifest)
        ? manifest
        : throw new WireFormatException($"{happened.GetType().Name} is no event of a job");

    public static byte[] Encode(IJobEvent happened) => CborMap.Encode(happened.GetType(), happened);

    /// <summary>Throws <see cref="WireFormatException"/> for an unknown manifest or anything but one event.</summary>
    public static IJobEvent Decode(string manifest, ReadOnlyMemory<byte> bytes) => Types.TryGetValue(manifest, out Type? type)
        ? (IJobEvent)CborMap.Decode(type, bytes)
        : throw new WireFormatException($"'{manifest}' is no event of a job; a newer version may have written it");
}
