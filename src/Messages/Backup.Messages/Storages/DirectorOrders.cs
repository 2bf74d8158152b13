using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Messages.Storages;

/// <summary>
/// Director → storage. The epoch says which director orders; a storage that has obeyed a later one refuses the order
/// (<see cref="EpochRefused"/>). Every order may come twice: the second changes nothing.
/// </summary>
public interface IStorageOrder
{
    /// <summary>The epoch of the director that orders; 0 before it is stamped.</summary>
    long Epoch { get; }

    /// <summary>The same order of a director with this epoch.</summary>
    IStorageOrder Under(long epoch);
}

/// <summary>
/// Director → storage: this session is a job's of mine. The store ticket is honoured from now on instead of the one before, and the
/// catalogue is dialled with this offer. Also the answer to each announcement of the session. Answered, where the offer is a new one, by
/// <see cref="SessionStands"/>, by the session's end if it has ended, or by <see cref="SessionUnknown"/>.
/// </summary>
public sealed record ClaimSession(SessionId Session, Ticket Store, ChannelOffer Catalogue, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>Director → storage: the end of this session is known and durable; the storage may forget it.</summary>
public sealed record SessionEndTaken(SessionId Session, long Epoch = 0) : IStorageOrder
{
    public IStorageOrder Under(long epoch) => this with { Epoch = epoch };
}

/// <summary>Storage → director: an order came under an epoch older than one this storage has obeyed. Nothing was done.</summary>
public sealed record EpochRefused(string Storage, long Epoch, long Seen);
