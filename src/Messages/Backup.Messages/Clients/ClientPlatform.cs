namespace Backup.Messages.Clients;

/// <summary>What a client runs on, as it says of itself at each contact.</summary>
public sealed record ClientPlatform(
    string HostName,
    string System,
    string Release,
    string Architecture,
    string Distribution,
    string SoftwareVersion,
    string RootFileSystem);
