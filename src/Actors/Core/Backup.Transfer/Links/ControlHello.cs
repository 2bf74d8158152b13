using Backup.Messages.Clients;

namespace Backup.Transfer.Links;

/// <summary>What a client says when it attaches to a director.</summary>
public sealed record ControlHello(int VersionMin, int VersionMax, string Client, ClientPlatform Platform, string SoftwareVersion);

/// <summary>The director's answer: the version both speak, and who it is.</summary>
public sealed record ControlWelcome(int Version, string Node, string SoftwareVersion);

/// <summary>The versions of the control link's protocol that this software speaks.</summary>
public static class ControlVersion
{
    public const int Min = 1;
    public const int Max = 2;
}

/// <summary>Decides who may attach, and takes the links. Called by many threads at once.</summary>
public interface IControlDesk
{
    /// <summary>Null lets the client in; else the one line it is refused with.</summary>
    string? Refusal(ControlHello hello, string peer);

    /// <summary>A link is open; the desk starts it with its taker. Called on a thread of the link's own.</summary>
    void Attached(ControlHello hello, ControlLink link);
}

/// <summary>Where a link's messages go. All calls come from the link's reader thread, in order.</summary>
public interface IControlTaker
{
    /// <summary>One message: the name of its kind and its CBOR bytes. The memory is the taker's.</summary>
    void Message(string manifest, ReadOnlyMemory<byte> body);

    /// <summary>The last call. A null reason is a clean end by either side.</summary>
    void Closed(string? reason);
}
