using Backup.Messages.Sessions;

namespace Backup.Actors.Storage.Engine;

/// <summary>What the drive's thread is asked to do, in the order it was asked.</summary>
internal abstract record DriveWork(StoreSession Session);

/// <summary>Mount the session's volume and begin it there.</summary>
internal sealed record StartWork(StoreSession Session) : DriveWork(Session);

/// <summary>Take one frame of records; disposing the frame gives the client its credit back.</summary>
internal sealed record RecordsWork(StoreSession Session, IFrame Frame) : DriveWork(Session);

/// <summary>The client has sent everything.</summary>
internal sealed record SealWork(StoreSession Session, SessionSeal Seal) : DriveWork(Session);

/// <summary>The session ends where it was last committed.</summary>
internal sealed record AbandonWork(StoreSession Session, string Reason) : DriveWork(Session);
