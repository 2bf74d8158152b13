namespace Backup.Messages.Directors;

/// <summary>
/// What directors of one installation and one version say to each other, in memory only and never persisted. It travels by Hyperion, whose
/// bytes another version cannot read: whatever outlives a version, or is said to other nodes, is CBOR.
/// </summary>
public interface IDirectorMessage;
