using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Catalog.Jobs;

/// <summary>A job as its row stands in the database.</summary>
internal sealed class JobData
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public string Type { get; set; } = "";
    public string LevelAsked { get; set; } = "";
    public string Level { get; set; } = "";
    public string Client { get; set; } = "";
    public string? FileSet { get; set; }
    public byte[]? FileSetHash { get; set; }
    public string State { get; set; } = "";
    public string Reason { get; set; } = "";
    public long Scheduled { get; set; }
    public long? Started { get; set; }
    public long? Ended { get; set; }
    public long Files { get; set; }
    public long Bytes { get; set; }
    public long? ReferenceJob { get; set; }
    public long JoinsReferences { get; set; }
    public string UserName { get; set; } = "";
    public byte[]? Session { get; set; }
    public byte[]? Root { get; set; }
    public long? ScanStarted { get; set; }
    public long Whole { get; set; }

    public JobLevel LevelRun => JobCodes.LevelOf(Level[0]);
    public JobState JobState => JobCodes.StateOf(State[0]);
    public NodeId RootNode => Root is null ? NodeId.Empty : NodeId.Read(Root);

    public JobRow Row(IReadOnlyList<string> pools, IReadOnlyList<string> volumes) => new(
        new JobId(Id), Name, JobCodes.TypeOf(Type[0]), JobCodes.LevelOf(LevelAsked[0]), LevelRun, Client,
        FileSet, FileSetHash is null ? null : Hash256.Read(FileSetHash), JobState, Reason, SqlTime.From(Scheduled), SqlTime.From(Started),
        SqlTime.From(Ended), Files, Bytes, ReferenceJob is { } job ? new JobId(job) : null, JoinsReferences != 0, UserName,
        Session is null ? null : SessionId.Read(Session), RootNode, pools, volumes);

    public ReferenceCandidate Candidate() => new(
        new JobId(Id), LevelRun, JobState, JoinsReferences != 0, Whole != 0, FileSetHash is null ? Hash256.Zero : Hash256.Read(FileSetHash),
        ReferenceJob is { } job ? new JobId(job) : null, Session is null ? default : SessionId.Read(Session), RootNode,
        SqlTime.From(ScanStarted) ?? default, SqlTime.From(Started) ?? default);
}

/// <summary>On which volume and in which pool a job's session lies.</summary>
internal sealed class JobMediaData
{
    public long Job { get; set; }
    public string Volume { get; set; } = "";
    public string Pool { get; set; } = "";
}
