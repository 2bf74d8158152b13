using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Jobs.Events;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Tests.Unit.Jobs;

/// <summary>A job driven by commands as its actor does it; every event goes through the codec, as through a journal.</summary>
internal sealed class JobLife
{
    public static readonly JobId Job = new(7);
    public static readonly SessionId Session = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    public static readonly StreamPosition Sent = new(10, 4);
    private readonly List<IJobEvent> _journal = [];

    public JobStatus Status { get; private set; } = JobStatus.None;
    public Instant Now { get; private set; } = new(1_800_000_000, 0);
    public Decision Last { get; private set; } = new([], [], JobAccepted.Instance);
    public IReadOnlyList<IJobEvent> Journal => _journal;

    public static JobSpecification Backup(JobLevel level = JobLevel.Full) => new(
        "nightly", JobType.Backup, level, "c1", "disk", "daily", new FileSet("home", ["/home"], []), [], "alice", true,
            new Instant(1_800_000_000, 0));

    public static JobSpecification Restore(bool partial = false) => Backup(JobLevel.None) with
    {
        Type = JobType.Restore, FileSet = null,
        Restore = new RestoreSelection(new JobId(3), NodeId.Empty, [[(byte)'/']], [], ReplaceRule.Always, false, partial),
    };

    public static JobLife Queued(JobSpecification? specification = null) =>
        new JobLife().Tell(new QueueJob(Job, Session, specification ?? Backup()));

    public static JobLife Saving() => Queued().Tell(new BeginJob(), new VolumeReserved("Vol-0001"), new SessionOpened(1),
        new ClientStarted(1));

    public static JobLife Restoring(bool partial = false) => Queued(Restore(partial))
        .Tell(new BeginJob(), new RestorePlanAnswered(["Vol-0001"], [Session], partial ? ["volume Vol-0002: Lost"]
            : []), new SessionOpened(0), new ClientStarted(0));

    public JobLife Tell(params IJobCommand[] commands)
    {
        foreach (IJobCommand command in commands)
        {
            Now = Now.Plus(TimeSpan.FromSeconds(1));
            Last = JobDecisions.Decide(Status, command, Now);
            foreach (IJobEvent happened in Last.Events)
            {
                IJobEvent read = JobEventCodec.Decode(JobEventCodec.ManifestOf(happened), JobEventCodec.Encode(happened));
                _journal.Add(read);
                Status = JobHistory.Apply(Status, read);
            }
        }
        return this;
    }

    public static SessionTotals Totals(long unsaved = 0, long warnings = 0) => new(20, 8, 5000, 4000, 10, 4, unsaved, warnings);

    public static ClientReported ClientDone(SessionTotals? totals = null, string? sealFailure = null) => new(new BackupEnded(
        Job, Session, 1, new SessionSeal(Sent, NodeId.Empty, totals ?? Totals(), [], default, default, sealFailure), null, Sent, "/home/z",
            null, []));

    public static ClientReported ClientCut(string reason) => new(new BackupEnded(Job, Session, 1, null, null, default, null, reason, []));

    public static StorageReported StorageDone(StreamPosition? position = null, long dataRecords = 10) =>
        new(new SessionStored(position ?? Sent, dataRecords, 4096, [new VolumeSpan("Vol-0001", default, 1, 9)]), null, []);

    public static CatalogReported CatalogDone(StreamPosition? position = null, long dataRecords = 10, long nodes = 4) =>
        new(position ?? Sent, dataRecords, nodes, null);

    public static RestoreReported Restored(long problems = 0, bool needsRoot = false, string? failure = null) => new(new RestoreEnded(
        Job, 9, 5, 1000, 5, 0, problems, problems > 0 ? [new RestoreProblem("/r/a"u8.ToArray(), "owner not set", needsRoot)]
            : [], failure, []));
}
