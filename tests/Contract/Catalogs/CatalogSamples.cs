using System.Security.Cryptography;
using System.Text;
using Backup.Catalog.Clients;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>Jobs, volumes and sessions as they come, with what a test does not care about filled in.</summary>
internal static class CatalogSamples
{
    public static readonly InstallationId Installation = new(new Guid("11111111-2222-3333-4444-555555555555"));
    public static readonly ClientPlatform Platform = new("host1", "Linux", "6.1", "x64", "Debian 12", "0.1.0", "ext4");
    public static readonly Hash256 FileSetHash = new(1, 2, 3, 4);
    public static readonly NodeId SomeRoot = Node("root", default).Id;
    public const string FileSetText = "FileSet { Name = etc; Roots = /etc }";

    public static Instant At(long minute) => new(1_700_000_000 + minute % 100_000 * 60, 123_456_700);

    public static SessionId Session(long number) => new(new Guid((int)(number % int.MaxValue), 7, 7, 7, 7, 7, 7, 7, 7, 7, 7));

    public static VolumeIdentity Volume(string name, int life = 1, long labelled = 0) =>
        new(name, new VolumeLifeId(new Guid(life, 9, 9, [.. Encoding.ASCII.GetBytes(name.PadRight(8)[..8])])), "Daily", "storage1",
            At(labelled));

    public static FileSetRow FileSetVersion(Hash256? hash = null) => new("etc", hash ?? FileSetHash, FileSetText, At(0));

    public static NewJob Job(string name = "nightly", JobLevel level = JobLevel.Full, Hash256? fileSet = null, bool joins = true,
        long minute = 0) =>
        new(name, JobType.Backup, level, "client1", "etc", fileSet ?? FileSetHash, At(minute), joins, "admin");

    public static SessionLabel Label(JobId job, JobLevel level = JobLevel.Full, JobId? reference = null, NewJob? of = null) => new(
        Session(job.Value), Installation, job, of?.Name ?? "nightly", JobType.Backup, level, of?.LevelAsked ?? level,
            of?.Client ?? "client1", Platform,
        "etc", FileSetText, of?.FileSetHash ?? FileSetHash, "Daily", "storage1", of?.Scheduled ?? At(job.Value), At(job.Value), reference,
        NodeId.Empty, of?.JoinsReferences ?? true, "admin", "0.1.0", 1);

    public static StoredNode Node(string content, SessionId holder) => Node(Encoding.UTF8.GetBytes(content), holder);

    public static StoredNode Node(byte[] encoding, SessionId holder) =>
        new(new NodeId(Hash256.Read(SHA256.HashData(encoding))), holder, encoding);

    public static UnsavedFile Denied(string path) => new(Encoding.UTF8.GetBytes(path), UnsavedReason.PermissionDenied, "Permission denied");

    public static SessionCommit Commit(SessionId session, VolumeIdentity volume, StreamPosition from, StreamPosition to,
        params StoredNode[] nodes) => new(
        session, from, to, $"/etc/file{to.Data}", At(to.Data), new VolumeSpan(volume.Name, volume.Life, 1 + from.Data, to.Data),
        new VolumeCounters(to.Data + 1, (to.Data + 1) * 65_536, At(to.Data)), nodes, []);

    public static SessionEnd End(SessionLabel label, StreamPosition position, NodeId? root = null, params SessionNeed[] needs) => new(
        label.Session, label.Job,
        new SessionSeal(position, root ?? SomeRoot, Totals(), needs, label.Started, label.Started.Plus(TimeSpan.FromSeconds(30)), null),
        position, 5, 1000, label.Started.Plus(TimeSpan.FromMinutes(1)));

    public static SessionTotals Totals(long warnings = 0, long unsaved = 0) => new(10, 5, 900, 1000, 5, 2, unsaved, warnings);

    public static JobEnding Ended(JobState state, long minute = 100) => new(state, state.Words(), At(minute), 5, 900);
}
