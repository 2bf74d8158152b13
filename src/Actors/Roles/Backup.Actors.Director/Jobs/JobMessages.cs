using Akka.Actor;
using Akka.Event;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Actors.Director.Jobs;

/// <summary>Whom a job talks to.</summary>
internal sealed record JobNeighbours(IActorRef Self, IActorRef Director, IActorRef Media, EventStream News);

/// <summary>Job → director: pass this to a storage; what the storage says of the session comes back to the job.</summary>
internal sealed record ToStorage(JobId Job, string Storage, SessionId? Session, IStorageOrder Order);

/// <summary>
/// Director → job, whose actor was made again: go on, or, where the first event never reached the journal, be queued as was wanted.
/// </summary>
internal sealed record GoOnOrQueue(QueueJob Queue);

/// <summary>Director → job, with the storage as its sender: a storage has a session of the job, and there it is.</summary>
internal sealed record SessionAnnounced(LiveSession Session, string Endpoint);

/// <summary>Job → director: pass this to a client.</summary>
internal sealed record ToClient(JobId Job, string Client, object Order);

/// <summary>Director → job: its client is gone for good.</summary>
internal sealed record ClientLost(string Reason);
