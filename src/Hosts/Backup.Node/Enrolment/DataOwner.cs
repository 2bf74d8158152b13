using Backup.Node.Api;
using Mono.Unix.Native;

namespace Backup.Node.Enrolment;

/// <summary>Whose a data directory is.</summary>
internal static class DataOwner
{
    /// <summary>
    /// What root wrote there the node's user could not read: an invitation would be unknown, a key unusable. A directory that is not there
    /// yet is nobody's.
    /// </summary>
    public static void MustBeThisUser(string data)
    {
        if (Syscall.stat(data, out Stat found) != 0 || found.st_uid == Syscall.geteuid()) return;
        string owner = PeerCredentials.NameOf(found.st_uid);
        throw new NodeRefusedException($"data directory {data} belongs to {owner}; do it as that user: runuser -u {owner} -- backup-node ...");
    }
}
