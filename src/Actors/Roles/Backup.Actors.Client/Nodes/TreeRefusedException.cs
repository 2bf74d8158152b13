using Backup.Messages.Sessions;

namespace Backup.Actors.Client.Nodes;

/// <summary>What the director serves of a tree cannot be used, and asking again would not change that.</summary>
public sealed class TreeRefusedException(string reason) : ChannelException(reason);
