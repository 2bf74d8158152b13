namespace Backup.Actors.Client.Nodes;

/// <summary>
/// Where the node cache lies, and when it lets go: nodes unused for so many days, and the longest unused beyond so many bytes of nodes.
/// </summary>
public sealed record NodeCacheSettings(string File, long BytesMax = 2L << 30, int UnusedDaysMax = 60);
