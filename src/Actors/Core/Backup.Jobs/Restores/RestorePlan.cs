using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Jobs.Restores;

/// <summary>What is known of a volume that may be read.</summary>
public enum VolumeReadability
{
    Readable,

    /// <summary>Not at hand, and known where: it is asked for, not missing.</summary>
    OffSite,

    /// <summary>Lost, purged, damaged: what it holds is not there. </summary>
    Lost,
}

/// <summary>A volume's life and whether it can be read; Words is its state and place as the catalog has them ("Purged", "vault
/// 2").</summary>
public sealed record VolumeState(string Volume, VolumeLifeId Life, VolumeReadability Readability, string Words);

/// <summary>A session that a tree leans on, what of it is needed, and where it stands. No spans: no volume is known to hold it.</summary>
public sealed record NeededSession(JobId Job, SessionNeed Need, IReadOnlyList<VolumeSpan> Spans);

/// <summary>One run of blocks to read, and for which sessions.</summary>
public sealed record RestoreRead(string Volume, VolumeLifeId Life, long FirstBlock, long LastBlock, IReadOnlyList<SessionId> Sessions);

/// <summary>Needed and not there. The volume is empty where no volume is known.</summary>
public sealed record MissingPart(string Volume, string Reason, IReadOnlyList<JobId> Jobs, long Files, long Bytes)
{
    public override string ToString() =>
        $"{(Volume.Length > 0 ? $"volume {Volume}: " : "")}{Reason}; job {string.Join(", ", Jobs)} needs it: {Files} files, {Bytes} bytes";
}

/// <summary>The reads in order, the volumes in the order of first use, those to be fetched first, and what is missing. Complete: nothing
/// is.</summary>
public sealed record RestorePlan(
    IReadOnlyList<RestoreRead> Reads,
    IReadOnlyList<string> Volumes,
    IReadOnlyList<VolumeState> ToFetch,
    IReadOnlyList<MissingPart> Missing)
{
    public bool IsComplete => Missing.Count == 0;
}

/// <summary>Finds what a restore reads, and proves before anything is mounted that all of it is there. Pure.</summary>
public static class RestorePlanner
{
    /// <summary>
    /// Volumes are read in the order in which their sessions were written (the needs' order by job), blocks ascending; overlapping and
    /// touching runs of
    /// interleaved sessions become one. Only needs with files are read: nodes come from the catalog.
    /// </summary>
    public static RestorePlan Plan(IReadOnlyList<NeededSession> needs, IReadOnlyList<VolumeState> volumes)
    {
        var states = new Dictionary<(string, VolumeLifeId), VolumeState>();
        foreach (VolumeState state in volumes) states[(state.Volume, state.Life)] = state;
        List<NeededSession> read = [.. needs.Where(needed => needed.Need.Files > 0).OrderBy(needed => needed.Job.Value)];
        List<RestoreRead> reads = ReadsOf(read, states);
        return new RestorePlan(
            reads,
            [.. reads.Select(run => run.Volume).Distinct(StringComparer.Ordinal)],
            [.. reads.Select(run => states[(run.Volume, run.Life)]).Where(state =>
                state.Readability == VolumeReadability.OffSite).Distinct()],
            MissingOf(read, states));
    }

    private static List<RestoreRead> ReadsOf(List<NeededSession> needs, Dictionary<(string, VolumeLifeId), VolumeState> states)
    {
        var byVolume = new List<((string Volume, VolumeLifeId Life) Key, List<(VolumeSpan Span, SessionId Session)> Runs)>();
        foreach (NeededSession needed in needs)
        {
            foreach (VolumeSpan span in needed.Spans)
            {
                (string, VolumeLifeId) key = (span.Volume, span.Life);
                if (WhyNot(key, states) is not null) continue;
                int at = byVolume.FindIndex(volume => volume.Key == key);
                if (at < 0)
                {
                    at = byVolume.Count;
                    byVolume.Add((key, []));
                }
                byVolume[at].Runs.Add((span, needed.Need.Session));
            }
        }
        return [.. byVolume.SelectMany(volume => Joined(volume.Runs))];
    }

    private static List<RestoreRead> Joined(List<(VolumeSpan Span, SessionId Session)> runs)
    {
        var joined = new List<RestoreRead>();
        foreach ((VolumeSpan span, SessionId session) in runs.OrderBy(run => run.Span.FirstBlock))
        {
            if (joined is [.., var last] && span.FirstBlock <= last.LastBlock + 1)
                joined[^1] = last with
                {
                    LastBlock = Math.Max(last.LastBlock, span.LastBlock),
                    Sessions = last.Sessions.Contains(session) ? last.Sessions : [.. last.Sessions, session],
                };
            else joined.Add(new RestoreRead(span.Volume, span.Life, span.FirstBlock, span.LastBlock, [session]));
        }
        return joined;
    }

    private static List<MissingPart> MissingOf(List<NeededSession> needs, Dictionary<(string, VolumeLifeId), VolumeState> states)
    {
        var missing = new List<MissingPart>();
        foreach (NeededSession needed in needs)
        {
            if (needed.Spans.Count == 0) Add(missing, "", $"no volume is known to hold session {needed.Need.Session}", needed);
            foreach (VolumeSpan span in needed.Spans)
                if (WhyNot((span.Volume, span.Life), states) is { } reason) Add(missing, span.Volume, reason, needed);
        }
        return [.. missing.OrderBy(part => part.Volume, StringComparer.Ordinal)];
    }

    private static string? WhyNot((string Volume, VolumeLifeId Life) key, Dictionary<(string, VolumeLifeId), VolumeState> states) =>
        !states.TryGetValue(key, out VolumeState? state) ? "it is not in the catalog in the life that is needed (relabelled since?)"
        : state.Readability == VolumeReadability.Lost ? state.Words
        : null;

    /// <summary>One part a volume and reason; a session counts once there, however many runs it has.</summary>
    private static void Add(List<MissingPart> missing, string volume, string reason, NeededSession needed)
    {
        int at = missing.FindIndex(part => part.Volume == volume && part.Reason == reason);
        if (at < 0) missing.Add(new MissingPart(volume, reason, [needed.Job], needed.Need.Files, needed.Need.Bytes));
        else if (!missing[at].Jobs.Contains(needed.Job))
            missing[at] = missing[at] with
            {
                Jobs = [.. missing[at].Jobs, needed.Job], Files = missing[at].Files + needed.Need.Files, Bytes = missing[at].Bytes
                    + needed.Need.Bytes,
            };
    }
}
