using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;

namespace Backup.Jobs.Jobs;

/// <summary>
/// What a job is worth at its end. OK is what was counted three times and is equal: sent by the client, stored by the storage node,
/// recorded by
/// the catalog. The absence of an error proves nothing.
/// </summary>
public static class JobVerdict
{
    /// <summary>The end state and its reason (empty for OK). Failure is why it ends now, where no party's own words say so.</summary>
    public static (JobState State, string Reason) Of(JobStatus status, string? failure = null) =>
        status.CanceledBy is { } user ? (JobState.Canceled, Naming($"canceled by {user}", status.Committed))
        : status.IsRestore ? OfRestore(status, failure)
        : OfBackup(status, failure);

    private static (JobState, string) OfBackup(JobStatus status, string? failure)
    {
        if (status.Client?.Seal?.Failure is { } judged) return (JobState.Failed, judged);
        string? broken = failure ?? status.Client?.Failure ?? status.Storage?.Failure ?? status.Catalog?.Failure ?? Unequal(status);
        if (broken is not null)
            return (status.Committed.IsNone ? JobState.Failed : JobState.Incomplete, Naming(broken, status.Committed));
        SessionTotals totals = status.Client!.Seal!.Totals;
        return totals is { Warnings: 0, Unsaved: 0 }
            ? (JobState.Ok, "")
            : (JobState.OkWithWarnings, $"{totals.Unsaved} files not saved as they are, {totals.Warnings} warnings");
    }

    /// <summary>Which of the three counts is missing or differs; null where all are equal.</summary>
    private static string? Unequal(JobStatus status)
    {
        if (status.Client?.Seal is not { } seal) return "the client did not say what it sent";
        if (status.Stored is not { } stored) return "the storage node did not say what it stored";
        if (status.Catalog is not { } catalog) return "the catalog did not say what it recorded";
        return Unequal("stored", seal, stored.Position, stored.DataRecords)
            ?? Unequal("recorded in the catalog", seal, catalog.Position, catalog.DataRecords)
            ?? (catalog.Nodes == seal.Totals.Nodes ? null
                : $"{seal.Totals.Nodes} tree nodes sent, {catalog.Nodes} recorded in the catalog");
    }

    private static string? Unequal(string done, SessionSeal seal, StreamPosition position, long dataRecords) =>
        position.Data != seal.Position.Data ? $"{seal.Position.Data} records of the data lane sent, {position.Data} {done}"
        : position.Index != seal.Position.Index ? $"{seal.Position.Index} records of the index lane sent, {position.Index} {done}"
        : dataRecords != seal.Totals.DataRecords ? $"{seal.Totals.DataRecords} data records sent, {dataRecords} {done}"
        : null;

    private static (JobState, string) OfRestore(JobStatus status, string? failure)
    {
        RestoreEnded? restored = status.Restored;
        string? broken = failure ?? restored?.Failure ?? (restored is null ? "the client did not say what it restored" : null);
        if (broken is not null)
            return restored is { Files: > 0 }
                ? (JobState.Incomplete, $"{broken}; {restored.Files} files were restored before")
                : (JobState.Failed, broken);
        if (status.Plan is { Missing: { Count: > 0 } missing })
            return (JobState.Incomplete, $"restored without what is lost: {missing[0]}{More(missing.Count)}");
        if (restored!.ProblemCount == 0) return (JobState.Ok, "");
        return (OnlyRights(restored) ? JobState.OkWithWarnings : JobState.Incomplete, Problems(restored));
    }

    /// <summary>
    /// Every problem is one of missing rights: content is there, owners or attributes are not. The list is cut, but what is not of
    /// rights comes first in it, so one that holds nothing else speaks for those that are only counted.
    /// </summary>
    private static bool OnlyRights(RestoreEnded restored) =>
        restored.FirstProblems.Count > 0 && restored.FirstProblems.All(problem => problem.NeedsRoot);

    private static string Problems(RestoreEnded restored)
    {
        string first = restored.FirstProblems is [var problem, ..] ? $": {Messages.Values.ByteText.Show(problem.Path)}: {problem.Reason}"
            : "";
        return $"{restored.ProblemCount} entries not restored as they were{first}{More(restored.ProblemCount)}";
    }

    private static string More(long count) => count > 1 ? $" (and {count - 1} more)" : "";

    private static string Naming(string reason, CommitPoint committed) => committed.IsNone ? reason : $"{reason}; {committed}";
}
