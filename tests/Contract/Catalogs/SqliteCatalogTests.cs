using Backup.Catalog;
using Backup.Catalog.Sqlite;

namespace Backup.Tests.Contract.Catalogs;

/// <summary>The catalog's contract on SQLite.</summary>
public sealed class SqliteCatalogTests : CatalogContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("catalog");
    private readonly Dictionary<ICatalog, string> _paths = [];
    private int _made;

    protected override ICatalog OpenNew() => Open(Path.Combine(_directory.FullName, $"catalog{_made++}.db"));

    protected override ICatalog OpenAgain(ICatalog closed)
    {
        closed.Dispose();
        return Open(_paths[closed]);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (ICatalog catalog in _paths.Keys) catalog.Dispose();
        _directory.Delete(recursive: true);
    }

    private ICatalog Open(string path)
    {
        ICatalog catalog = SqliteCatalog.Open(path);
        _paths[catalog] = path;
        return catalog;
    }
}
