using Backup.Catalog.Sql;
using Backup.Messages.Clients;
using Backup.Messages.Values;
using Backup.Messages.Wire;

namespace Backup.Catalog.Clients;

/// <summary>Clients and FileSets in SQL.</summary>
internal sealed class SqlClients(SqlAccess access) : IClientCatalog
{
    private sealed class ClientData
    {
        public string Name { get; set; } = "";
        public byte[]? Platform { get; set; }
        public long? LastContact { get; set; }

        public ClientRow Row => new(Name, Platform is null ? null : CborMap.Decode<ClientPlatform>(Platform), SqlTime.From(LastContact));
    }

    private sealed class FileSetData
    {
        public string Name { get; set; } = "";
        public byte[] Hash { get; set; } = [];
        public string Text { get; set; } = "";
        public long Recorded { get; set; }

        public FileSetRow Row => new(Name, Hash256.Read(Hash), Text, SqlTime.From(Recorded));
    }

    public void RecordContact(string client, ClientPlatform platform, Instant at) =>
        access.Write(new CatalogWork($"record contact of client {client}"), unit =>
        {
            Ensure(unit, client);
            return Contact(unit, client, platform, at);
        });

    public ClientRow? Find(string client) => access.Read(new CatalogWork($"find client {client}"), unit =>
        unit.One<ClientData>(ClientSql.List, new { name = client })?.Row);

    public IReadOnlyList<ClientRow> List() => access.Read(new CatalogWork("list clients"), unit =>
        (IReadOnlyList<ClientRow>)[.. unit.Rows<ClientData>(ClientSql.List, new { name = (string?)null }).Select(data => data.Row)]);

    public bool RecordFileSet(FileSetRow version) =>
        access.Write(new CatalogWork($"record FileSet {version.Name}"), unit => AddFileSet(unit, version));

    public IReadOnlyList<FileSetRow> FileSets(string? name = null) => access.Read(new CatalogWork("list FileSets"), unit =>
        (IReadOnlyList<FileSetRow>)[.. unit.Rows<FileSetData>(ClientSql.FileSets, new { name }).Select(data => data.Row)]);

    /// <summary>The client's id; makes the client where it is not known yet.</summary>
    internal static long Ensure(SqlUnit unit, string client)
    {
        unit.Execute(ClientSql.Add, new { name = client });
        return unit.One<long>(ClientSql.IdOf, new { name = client });
    }

    internal static int Contact(SqlUnit unit, string client, ClientPlatform platform, Instant at) =>
        unit.Execute(ClientSql.Contact, new { name = client, platform = CborMap.Encode(platform), at = SqlTime.Of(at) });

    internal static bool AddFileSet(SqlUnit unit, FileSetRow version) => unit.Execute(ClientSql.AddFileSet,
        new { name = version.Name, hash = version.Hash.ToArray(), text = version.Text, recorded = SqlTime.Of(version.Recorded) }) > 0;

    internal static long? FileSetId(SqlUnit unit, string name, Hash256 hash) =>
        unit.One<long?>(ClientSql.FileSetId, new { name, hash = hash.ToArray() });
}
