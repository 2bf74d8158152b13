using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Messages.Clients;

/// <summary>What happens when something already stands where an entry is to be restored. Directories are merged, never replaced.</summary>
public enum ReplaceRule
{
    Always,
    IfNewer,
    IfOlder,
    Never,
}

/// <summary>
/// Director → client: bring this back. Selections are absolute paths of the tree as bytes ("/" is all); an entry is restored with
/// everything below it.
/// A target is put before the whole path ("/tmp/r" + "/etc/hosts"); empty means the original place. A dry run writes nothing and counts.
/// </summary>
public sealed record RestoreOrder(
    JobId Job,
    NodeId Root,
    IReadOnlyList<byte[]> Selections,
    byte[] Target,
    ReplaceRule Replace,
    bool DryRun,
    ChannelOffer? Data,
    ChannelOffer Tree);

/// <summary>One entry that could not be brought back, or not as it was. Path is where it was to be written.</summary>
public sealed record RestoreProblem(byte[] Path, string Reason, bool NeedsRoot);

/// <summary>
/// How a client's part of a restore ended, in counted facts. Verified = content whose digest was checked and is equal.
/// Files are all entries but directories, as <see cref="Sessions.SessionTotals.FilesSaved"/> has them.
/// FirstProblems is cut to a bound; those that do not merely need root come first in it.
/// </summary>
public sealed record RestoreEnded(
    JobId Job,
    long Entries,
    long Files,
    long BytesWritten,
    long Verified,
    long Skipped,
    long ProblemCount,
    IReadOnlyList<RestoreProblem> FirstProblems,
    string? Failure,
    IReadOnlyList<StageTime> Stages);
