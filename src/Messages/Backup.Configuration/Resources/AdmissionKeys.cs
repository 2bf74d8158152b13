namespace Backup.Configuration.Resources;

/// <summary>Keys that say when a Job has its turn, and what runs before and after it.</summary>
internal static class AdmissionKeys
{
    public static readonly ResourceKey[] OfJob =
    [
        new("priority", KeyType.Number(1, 1000), "Who goes first among jobs that wait for the same thing: the lower number.", "10"),
        new("jobs-at-once", KeyType.Number(0, 1000), "How many runs of it at the same time, whatever their clients; 0: no limit.", "0"),
        new("duplicates", KeyType.Duplicates,
            "What becomes of a run while another of the same job, client and roots has not ended.", "refuse"),
        new("run-scripts", RunScriptKeys.Type, "Programs that run before and after it, in this order; see run-scripts.md."),
    ];
}
