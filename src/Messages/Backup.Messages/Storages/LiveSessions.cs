using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Messages.Storages;

/// <summary>How far a session is at its storage.</summary>
public enum LiveSessionState
{
    /// <summary>The volume is not mounted yet.</summary>
    Opening,

    /// <summary>Its channel may be opened, or is.</summary>
    Open,

    /// <summary>Over on the drive; what was committed is on its way to the catalog.</summary>
    Delivering,
}

/// <summary>
/// What a drive waits for, what ends the wait, since when and until when; then its sessions end at their last commit point.
/// </summary>
public sealed record DriveWait(string Reason, string FreesIt, Instant Since, Instant Until);

/// <summary>
/// A session that a storage has and whose end it has not said: whose, how far it is, and where. Wait is what its drive waits for, null
/// where it does not.
/// </summary>
public sealed record LiveSession(
    SessionId Session, JobId Job, int Attempt, LiveSessionState State, StreamPosition Committed, string? LastPath, string Volume,
    DriveWait? Wait = null);

/// <summary>Storage → director: where a claimed session is, and the ticket of the claim that this answers.</summary>
public sealed record SessionStands(LiveSession Session, string Endpoint, Guid Ticket = default);

/// <summary>Storage → director: a session of an order is not here, and why that may be, in one line.</summary>
public sealed record SessionUnknown(SessionId Session, string Reason);

/// <summary>
/// Storage → director, first of all, whenever it changes, and every few seconds: who it is, where its channels are, which sessions it has,
/// and the highest epoch of a director it has obeyed. Media are the cartridges that its library has, by their bar codes; null where it has
/// no library and makes volumes of any name.
/// </summary>
public sealed record StorageOnline(string Name, string Endpoint, IReadOnlyList<LiveSession>? Sessions = null, long Epoch = 0,
    IReadOnlyList<string>? Media = null);
