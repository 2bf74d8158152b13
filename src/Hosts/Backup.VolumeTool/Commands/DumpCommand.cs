using System.CommandLine;
using Backup.Catalog;
using Backup.Catalog.Sqlite;

namespace Backup.VolumeTool.Commands;

/// <summary>dump --catalog FILE: the neutral text of a catalog, so that two of them can be compared.</summary>
internal static class DumpCommand
{
    public static Command Make(TextWriter output)
    {
        var file = new Option<string>("--catalog") { Description = "the catalog's SQLite file", Required = true };
        var command = new Command("dump", "prints what a catalog knows of volumes; catalogs that know the same print the same") { file };
        command.SetAction(parsed =>
        {
            string path = Path.GetFullPath(parsed.GetValue(file)!);
            if (!File.Exists(path)) throw new ToolException($"there is no catalog {path}: name the SQLite file of one");
            using ICatalog catalog = SqliteCatalog.Open(path);
            catalog.Dump(output);
            output.Flush();
            return ToolCommands.Done;
        });
        return command;
    }
}
