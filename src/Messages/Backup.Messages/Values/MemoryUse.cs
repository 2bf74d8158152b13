namespace Backup.Messages.Values;

/// <summary>What memory one process uses, in bytes: all of it that is in RAM, the managed heap, and native buffers of drives.</summary>
public sealed record MemoryUse(long WorkingSet, long Heap, long Buffers);
