using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Catalog.Jobs;

/// <summary>An earlier run of a job on a client, with what decides whether its tree may be compared against.</summary>
public sealed record ReferenceCandidate(
    JobId Job,
    JobLevel Level,
    JobState State,
    bool JoinsReferences,
    bool Whole,
    Hash256 FileSetHash,
    JobId? ReferenceJob,
    SessionId Session,
    NodeId Root,
    Instant ScanStarted,
    Instant Started);

/// <summary>Which earlier run a run compares against. Pure.</summary>
public static class ReferenceRule
{
    /// <summary>
    /// The newest candidate that may serve. Candidates are earlier runs of the same job on the same client, newest first.
    /// </summary>
    public static ReferenceChoice Choose(ReferenceQuestion question, IReadOnlyList<ReferenceCandidate> candidates)
    {
        if (question.Level is not (JobLevel.Differential or JobLevel.Incremental))
            return new ReferenceChoice(null, $"a {question.Level} compares against no earlier run");
        Dictionary<JobId, ReferenceCandidate> byId = candidates.ToDictionary(candidate => candidate.Job);
        string? first = null;
        foreach (ReferenceCandidate candidate in candidates)
        {
            if (candidate.Job == question.Asking) continue;
            if (question.Level == JobLevel.Differential && !StandsAlone(candidate.Level)) continue;
            string? objection = Objection(candidate, question.FileSetHash) ?? ChainObjection(candidate, question.FileSetHash, byId);
            if (objection is null) return new ReferenceChoice(Reference(candidate), "");
            first ??= objection;
        }
        string missing = question.Level == JobLevel.Differential ? "Full" : "backup";
        return new ReferenceChoice(null, first is null
            ? $"there is no earlier {missing} of job {question.JobName} on client {question.Client}"
            : $"there is no usable earlier {missing}: {first}");
    }

    private static bool StandsAlone(JobLevel level) => level is JobLevel.Full or JobLevel.VirtualFull;

    private static string? Objection(ReferenceCandidate candidate, Hash256 fileSet)
    {
        string job = $"job {candidate.Job}";
        if (!candidate.State.HasEnded()) return $"{job} has not ended";
        if (candidate.State is not (JobState.Ok or JobState.OkWithWarnings)) return $"{job} ended {candidate.State.Words()}";
        if (!candidate.JoinsReferences) return $"{job} ran with reference=no";
        if (candidate.FileSetHash != fileSet) return $"the FileSet or its roots have changed since job {candidate.Job}";
        if (candidate.Level is JobLevel.Since) return $"{job} was a Since, whose tree is partial";
        if (!candidate.Whole) return $"{job} is not whole in the catalog";
        return candidate.Root.IsEmpty ? $"{job} saved an empty tree" : null;
    }

    /// <summary>Follows the references back to a Full. Every run refers to an earlier one, so this ends.</summary>
    private static string? ChainObjection(ReferenceCandidate candidate, Hash256 fileSet, Dictionary<JobId, ReferenceCandidate> byId)
    {
        ReferenceCandidate link = candidate;
        while (!StandsAlone(link.Level))
        {
            if (link.ReferenceJob is not { } earlier || earlier.Value >= link.Job.Value
                || !byId.TryGetValue(earlier, out ReferenceCandidate? next))
                return $"job {candidate.Job} has no Full at the beginning of its chain";
            if (Objection(next, fileSet) is { } objection) return $"job {candidate.Job} leans on one that cannot serve: {objection}";
            link = next;
        }
        return null;
    }

    private static ReferenceJob Reference(ReferenceCandidate candidate) =>
        new(candidate.Job, candidate.Session, candidate.Level, candidate.Root, candidate.ScanStarted, candidate.Started);
}
