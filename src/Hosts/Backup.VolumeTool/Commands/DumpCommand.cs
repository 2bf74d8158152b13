using System.CommandLine;
using Backup.Catalog;

namespace Backup.VolumeTool.Commands;

/// <summary>dump --catalog FILE: the neutral text of a catalog, so that two of them can be compared.</summary>
internal static class DumpCommand
{
    public static Command Make(TextWriter output)
    {
        var file = new Option<string>("--catalog")
        {
            Description = "the catalog's SQLite file, or postgresql://USER@HOST/DATABASE",
            Required = true,
        };
        var command = new Command("dump", "prints what a catalog knows of volumes; catalogs that know the same print the same") { file };
        command.SetAction(parsed =>
        {
            string place = parsed.GetValue(file)!;
            if (!CatalogPlace.IsDatabase(place) && !File.Exists(Path.GetFullPath(place)))
                throw new ToolException($"there is no catalog {Path.GetFullPath(place)}: name the SQLite file of one");
            using ICatalog catalog = CatalogPlace.Open(place);
            catalog.Dump(output);
            output.Flush();
            return ToolCommands.Done;
        });
        return command;
    }
}
