using Backup.Catalog.Sql;
using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Catalog.Volumes;

/// <summary>Volumes and pools in SQL.</summary>
internal sealed class SqlVolumes(SqlAccess access) : IVolumeCatalog
{
    private sealed class VolumeData
    {
        public string Name { get; set; } = "";
        public byte[] Life { get; set; } = [];
        public string Pool { get; set; } = "";
        public string Storage { get; set; } = "";
        public long Labelled { get; set; }
        public string State { get; set; } = "";
        public string Reason { get; set; } = "";
        public long? FirstWritten { get; set; }
        public long? LastWritten { get; set; }
        public long Bytes { get; set; }
        public long Blocks { get; set; }
        public long? Capacity { get; set; }
        public long Sessions { get; set; }

        public VolumeRow Row => new(
            new VolumeIdentity(Name, VolumeLifeId.Read(Life), Pool, Storage, SqlTime.From(Labelled)), Enum.Parse<VolumeState>(State),
            Reason,
            SqlTime.From(FirstWritten), SqlTime.From(LastWritten), Bytes, Blocks, Capacity, Sessions);
    }

    private sealed class KnownLife
    {
        public long Id { get; set; }
        public string Name { get; set; } = "";
    }

    public void Record(VolumeIdentity volume) => access.Write(new CatalogWork($"record volume {volume.Name}"), unit =>
    {
        byte[] life = SqlId.Bytes(volume.Life);
        if (unit.One<KnownLife>(VolumeSql.Known, new { life }) is { } known)
        {
            return known.Name == volume.Name ? known.Id
                : throw unit.Refused(
                    $"life {volume.Life} is known as volume {known.Name}, so {volume.Name} is a copy of it; keep one of the two");
        }
        long labelled = SqlTime.Of(volume.Labelled);
        long? newest = unit.One<long?>(VolumeSql.NewestLife, new { name = volume.Name });
        VolumeState state = newest > labelled ? VolumeState.Recycled : VolumeState.Append;
        long pool = EnsurePool(unit, volume.Pool);
        unit.Execute(VolumeSql.Add, new { life, name = volume.Name, pool, storage = volume.Storage, state = state.ToString(), labelled });
        return unit.Execute(VolumeSql.RecycleEarlier, new { name = volume.Name, labelled });
    });

    public void Update(VolumeLifeId life, VolumeChange change) => access.Write(new CatalogWork($"update volume life {life}"), unit =>
    {
        long? pool = change.Pool is null ? null : EnsurePool(unit, change.Pool);
        int rows = unit.Execute(VolumeSql.Update,
            new { life = SqlId.Bytes(life), state = change.State?.ToString(), reason = change.Reason, pool, capacity = change.Capacity });
        return rows == 1 ? rows : throw unit.Refused("no such volume; 'list volumes' shows those there are");
    });

    public VolumeRow? Find(string name) => access.Read(new CatalogWork($"find volume {name}"), unit =>
        unit.One<VolumeData>(VolumeSql.FindByName, new { name })?.Row);

    public VolumeRow? Find(VolumeLifeId life) => access.Read(new CatalogWork($"find volume life {life}"), unit =>
        unit.One<VolumeData>(VolumeSql.FindByLife, new { life = SqlId.Bytes(life) })?.Row);

    public IReadOnlyList<VolumeRow> List(VolumeFilter filter) => access.Read(new CatalogWork("list volumes"), unit =>
    {
        var values = new
        {
            name = filter.Name,
            pool = filter.Pool,
            state = filter.State?.ToString(),
            job = filter.Job?.Value,
            earlier = filter.EarlierLives || filter.State == VolumeState.Recycled ? 1 : 0,
            limit = Math.Clamp(filter.Limit, 0, VolumeFilter.LimitMax),
        };
        return (IReadOnlyList<VolumeRow>)[.. unit.Rows<VolumeData>(VolumeSql.List, values).Select(data => data.Row)];
    });

    public void RecordPool(string name) => access.Write(new CatalogWork($"record pool {name}"), unit => EnsurePool(unit, name));

    public IReadOnlyList<PoolRow> Pools() => access.Read(new CatalogWork("list pools"), unit => unit.Rows<PoolRow>(VolumeSql.Pools));

    /// <summary>The row id of a life; null where the label was never recorded.</summary>
    internal static long? IdOf(SqlUnit unit, VolumeLifeId life) =>
        unit.One<KnownLife>(VolumeSql.Known, new { life = SqlId.Bytes(life) })?.Id;

    /// <summary>Raises the counters; the highest count is the truth, so that a repeated commit counts once.</summary>
    internal static int Count(SqlUnit unit, long id, VolumeCounters counters, Instant at) =>
        unit.Execute(VolumeSql.Count, new
        {
            id,
            blocks = counters.Blocks,
            bytes = counters.Bytes,
            at = SqlTime.Of(at),
            last = SqlTime.Of(counters.LastWritten),
        });

    private static long EnsurePool(SqlUnit unit, string name)
    {
        unit.Execute(VolumeSql.AddPool, new { name });
        return unit.One<long>(VolumeSql.PoolId, new { name });
    }
}
