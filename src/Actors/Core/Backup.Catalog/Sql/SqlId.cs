using Backup.Messages.Ids;

namespace Backup.Catalog.Sql;

/// <summary>Ids as they stand in a column: sixteen or thirty-two bytes, as on media.</summary>
internal static class SqlId
{
    public static byte[] Bytes(SessionId session) => session.Value.ToByteArray(bigEndian: true);
    public static byte[] Bytes(VolumeLifeId life) => life.Value.ToByteArray(bigEndian: true);
    public static byte[] Bytes(InstallationId installation) => installation.Value.ToByteArray(bigEndian: true);
    public static byte[] Bytes(NodeId node) => node.Value.ToArray();
}
