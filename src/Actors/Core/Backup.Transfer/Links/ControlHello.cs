using Backup.Messages.Clients;
using Backup.Transfer.Tls;

namespace Backup.Transfer.Links;

/// <summary>
/// What a client says when it attaches to a director. Epoch is the highest of a director that it has obeyed; 0 where it does not tell.
/// </summary>
public sealed record ControlHello(
    int VersionMin, int VersionMax, string Client, ClientPlatform Platform, string SoftwareVersion, long Epoch = 0);

/// <summary>
/// The director's answer: the version both speak, who it is, and its epoch, which is above those of all directors before it (from version
/// 2 on; 0 where it is not told).
/// </summary>
public sealed record ControlWelcome(int Version, string Node, string SoftwareVersion, long Epoch = 0);

/// <summary>The versions of the control link's protocol that this software speaks.</summary>
public static class ControlVersion
{
    public const int Min = ClientProtocol.VersionMin;
    public const int Max = ClientProtocol.Version;

    /// <summary>
    /// From here on a welcome has the director's epoch, and a message of an unknown kind is answered instead of ending the link.
    /// </summary>
    public const int WithEpoch = 2;
}

/// <summary>Decides who may attach, and takes the links. Called by many threads at once.</summary>
public interface IControlDesk
{
    /// <summary>
    /// Null lets the client in; else the one line it is refused with. The identity is its node's, by certificate; null on plain loopback.
    /// </summary>
    string? Refusal(ControlHello hello, NodeIdentity? identity);

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
