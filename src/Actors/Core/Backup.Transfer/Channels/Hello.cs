using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Transfer.Channels;

/// <summary>What the dialling end says first. Received = frames of records it already has of this attempt, for a resume.</summary>
public sealed record Hello(
    int VersionMin,
    int VersionMax,
    Guid TicketId,
    byte[] Secret,
    ChannelPurpose Purpose,
    SessionId Session,
    int Attempt,
    long Received,
    int WindowFrames,
    int PayloadBytesMax,
    string SoftwareVersion)
{
    public override string ToString() => $"hello with ticket {TicketId:N} ({Purpose}), session {Session}, attempt {Attempt}";
}

/// <summary>The listening end lets the channel in. Received = frames of records it already has of this attempt.</summary>
public sealed record Welcome(int Version, int WindowFrames, int PayloadBytesMax, long Received, string SoftwareVersion);

/// <summary>The listening end does not let it in, and why; then it closes.</summary>
public sealed record Refused(string Reason);

/// <summary>What the dialling end knows beyond the offer.</summary>
public sealed record HelloFacts(int Attempt, string SoftwareVersion, long Received = 0);

/// <summary>The versions of the bulk channel's protocol that this software speaks.</summary>
public static class ChannelVersion
{
    public const int Min = 1;
    public const int Max = 1;
}
