using Backup.Messages.Clients;
using Backup.Messages.Values;

namespace Backup.Catalog.Clients;

/// <summary>A client and what it said of itself last; both null where it was never heard.</summary>
public sealed record ClientRow(string Name, ClientPlatform? Platform, Instant? LastContact);

/// <summary>One version of a FileSet: its name and the text and hash of its definition.</summary>
public sealed record FileSetRow(string Name, Hash256 Hash, string Text, Instant Recorded);

/// <summary>Clients and the versions of FileSets.</summary>
public interface IClientCatalog
{
    /// <summary>A client made contact; an older contact than the one known changes nothing.</summary>
    void RecordContact(string client, ClientPlatform platform, Instant at);

    ClientRow? Find(string client);

    IReadOnlyList<ClientRow> List();

    /// <summary>Makes sure this version of a FileSet is known. True where it is new.</summary>
    bool RecordFileSet(FileSetRow version);

    /// <summary>All versions of a FileSet, the newest first.</summary>
    IReadOnlyList<FileSetRow> FileSets(string? name = null);
}
