using System.Text;
using Backup.Catalog.Sql;
using Backup.Messages.Values;

namespace Backup.Catalog.Configurations;

/// <summary>Versions of the configuration in SQL.</summary>
internal sealed class SqlConfigurations(SqlAccess access) : IConfigurationCatalog
{
    private const string WasAdded = "added", WasPutInForce = "in force";

    private sealed class VersionData
    {
        public long Version { get; set; }
        public long Added { get; set; }
        public string UserName { get; set; } = "";
        public string Comment { get; set; } = "";
        public long InForce { get; set; }

        public ConfigurationRow Row => new(Version, UserName, SqlTime.From(Added), Comment, InForce != 0);
    }

    private sealed class TextData
    {
        public string Name { get; set; } = "";
        public byte[] Body { get; set; } = [];
    }

    private sealed class DeedData
    {
        public long Version { get; set; }
        public string What { get; set; } = "";
        public string UserName { get; set; } = "";
        public long At { get; set; }
        public string Comment { get; set; } = "";

        public ConfigurationDeed Deed => new(
            Version, What == WasAdded ? ConfigurationDeedKind.Added : ConfigurationDeedKind.PutInForce,
            UserName, SqlTime.From(At), Comment);
    }

    public ConfigurationVersion? Current => access.Read(new CatalogWork("read the configuration in force"), unit =>
        unit.One<long?>(ConfigurationSql.InForce) is { } version ? Load(unit, version) : null);

    public long Append(NewConfiguration configuration, bool putInForce = true) =>
        access.Write(new CatalogWork("add a configuration"), unit =>
        {
            long bytes = configuration.Texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text.Text));
            if (bytes > ConfigurationLimits.TextBytesMax)
                throw unit.Refused($"its files have {bytes} bytes together, more than {ConfigurationLimits.TextBytesMax}");
            (string user, Instant at, string comment) = (configuration.User, configuration.At, configuration.Comment);
            long version = unit.One<long>(ConfigurationSql.Add, new { added = SqlTime.Of(at), user, comment });
            long ordinal = 0;
            foreach (ConfigurationFile text in configuration.Texts)
            {
                unit.Execute(ConfigurationSql.AddText,
                    new { version, ordinal = ordinal++, name = text.Name, body = ConfigurationBody.Pack(text.Text) });
            }
            AddDeed(unit, WasAdded, new(version, ConfigurationDeedKind.Added, user, at, comment));
            if (putInForce) AddDeed(unit, WasPutInForce, new(version, ConfigurationDeedKind.PutInForce, user, at, comment));
            return version;
        });

    public void SetInForce(long version, string user, Instant at, string comment = "") =>
        access.Write(new CatalogWork($"put configuration {version} in force"), unit =>
        {
            if (unit.One<long>(ConfigurationSql.Exists, new { version }) == 0)
                throw unit.Refused("there is no such version of the configuration");
            if (unit.One<long?>(ConfigurationSql.InForce) == version) return false;
            AddDeed(unit, WasPutInForce, new(version, ConfigurationDeedKind.PutInForce, user, at, comment));
            return true;
        });

    public ConfigurationVersion? Find(long version) =>
        access.Read(new CatalogWork($"find configuration {version}"), unit => Load(unit, version));

    public IReadOnlyList<ConfigurationRow> List(int limit) => access.Read(new CatalogWork("list configurations"), unit =>
        (IReadOnlyList<ConfigurationRow>)[.. unit.Rows<VersionData>(ConfigurationSql.List, new { limit }).Select(data => data.Row)]);

    public IReadOnlyList<ConfigurationDeed> History(int limit) => access.Read(new CatalogWork("list the history of configurations"), unit =>
        (IReadOnlyList<ConfigurationDeed>)[.. unit.Rows<DeedData>(ConfigurationSql.Deeds, new { limit }).Select(data => data.Deed)]);

    private static ConfigurationVersion? Load(SqlUnit unit, long version)
    {
        if (unit.One<VersionData>(ConfigurationSql.Find, new { version }) is not { } data) return null;
        return new ConfigurationVersion(data.Row, [.. unit.Rows<TextData>(ConfigurationSql.Texts, new { version }).Select(text =>
            new ConfigurationFile(text.Name, ConfigurationBody.Unpack(text.Body) ?? throw new CatalogException(unit.Work,
                CatalogFault.Unusable, $"the text of {text.Name} in configuration {version} is damaged; put another version in force")))]);
    }

    private static void AddDeed(SqlUnit unit, string what, ConfigurationDeed deed) => unit.Execute(ConfigurationSql.AddDeed,
        new { version = deed.Version, what, user = deed.User, at = SqlTime.Of(deed.At), comment = deed.Comment });
}
