using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Messages.Clients;

/// <summary>Director → client: what are you doing? Answered by <see cref="ClientStatus"/>. Said only to clients that know it.</summary>
public sealed record ClientStatusWanted;

/// <summary>Client → director: since when its process is there, what it works on, and its memory.</summary>
public sealed record ClientStatus(Instant Started, IReadOnlyList<ClientJob> Jobs, MemoryUse Memory);

/// <summary>
/// One piece of work of a client. Level is None for what has none. Bytes are read by a backup, written by a restore; the rate is of the
/// last seconds. Path is where it is.
/// </summary>
public sealed record ClientJob(
    JobId Job, JobType Type, JobLevel Level, Instant Since, long Files, long Bytes, double BytesPerSecond, string Path);
