namespace Backup.Messages.Clients;

/// <summary>
/// What a client runs on, as it says of itself at each contact. The address is where its link to the director came from: that the director
/// sees, and the client does not say.
/// </summary>
public sealed record ClientPlatform(
    string HostName,
    string System,
    string Release,
    string Architecture,
    string Distribution,
    string SoftwareVersion,
    string RootFileSystem,
    string Address = "");
