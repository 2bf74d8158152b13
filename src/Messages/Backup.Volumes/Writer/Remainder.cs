using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Writer;

/// <summary>What did not fit on a full volume: its open sessions and their whole records, for the writer of the next. Opaque.</summary>
public sealed class Remainder
{
    internal sealed record Standing(SessionLabel Label, int Attempt, StreamPosition Position, long Bytes, SessionPaths Paths);

    internal List<Standing> Sessions { get; } = [];

    /// <summary>Whole records in the order they were taken, each run of one session with its attempt.</summary>
    internal List<(SessionId Session, ColumnBytes Records)> Runs { get; } = [];

    /// <summary>Bytes of records kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Every session has its end on the full volume: there is nothing for a next one.</summary>
    public bool IsEmpty => Sessions.Count == 0;

    /// <summary>The volume that was full.</summary>
    public string Volume { get; internal set; } = "";

    internal VolumeLifeId Life { get; set; }

    /// <summary>Sessions that are over on the full volume, as their owner knows it, do not go on on the next.</summary>
    public void KeepOnly(Func<SessionId, bool> goesOn)
    {
        Sessions.RemoveAll(standing => !goesOn(standing.Label.Session));
        Bytes -= Runs.Where(run => !goesOn(run.Session)).Sum(run => (long)run.Records.Span.Length);
        Runs.RemoveAll(run => !goesOn(run.Session));
    }

    internal void Add(SessionId session, ReadOnlySpan<byte> record)
    {
        if (Runs.Count == 0 || Runs[^1].Session != session) Runs.Add((session, new ColumnBytes()));
        Runs[^1].Records.Append(record);
        Bytes += record.Length;
    }
}
