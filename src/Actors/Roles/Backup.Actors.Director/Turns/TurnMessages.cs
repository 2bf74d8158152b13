using Backup.Jobs.Admission;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Turns;

/// <summary>Job → director, when it was read from its journal and has not ended: what it is, and whether it waits for its turn.</summary>
internal sealed record JobRecovered(JobId Job, JobSpecification Specification, bool Waits, Instant Since);

/// <summary>API → director: who waits for what. Answered by <see cref="WaitsOverview"/>.</summary>
public sealed record WaitsWanted;

/// <summary>Every job that waits for its turn, in the order of the queue.</summary>
public sealed record WaitsOverview(IReadOnlyList<JobWait> Waits);
