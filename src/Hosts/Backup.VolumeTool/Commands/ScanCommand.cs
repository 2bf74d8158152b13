using System.CommandLine;
using Backup.Catalog;
using Backup.Catalog.Import;
using Backup.Catalog.Sessions;
using Backup.Catalog.Sqlite;
using Backup.Catalog.Volumes;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.VolumeTool.Volumes;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Commands;

/// <summary>scan VOLUME... --catalog FILE: brings into a catalog what volumes say of themselves.</summary>
internal static class ScanCommand
{
    public static Command Make(TextWriter output)
    {
        Argument<string[]> volumes = ToolCommands.Volumes();
        var file = new Option<string>("--catalog") { Description =
            "the catalog's SQLite file; it is made where it is not there", Required = true };
        var command =
            new Command("scan", "rebuilds a catalog from the indexes of volumes; what the catalog has already stays") { volumes, file };
        command.SetAction(parsed =>
        {
            using ICatalog catalog = SqliteCatalog.Open(Path.GetFullPath(parsed.GetValue(file)!));
            var import = new CatalogImport(catalog);
            using VolumeShelf shelf = VolumeShelf.Open(parsed.GetValue(volumes)!, (volume, nodes) => Import(import, volume, nodes));
            ImportSummary summary = import.Summary;
            output.WriteLine($"{summary.Volumes} volumes, {summary.Sessions} sessions, {summary.Ended} of them ended,"
                + $" {summary.CommitPoints} commit points, {summary.NodesNew} tree nodes new");
            foreach (VolumeFault fault in shelf.Nodes.Faults) output.WriteLine($"fault: {fault.Text}");
            return shelf.Nodes.Faults.Count == 0 ? ToolCommands.Done : ToolCommands.Refused;
        });
        return command;
    }

    private static void Import(CatalogImport import, ShelvedVolume volume, VolumeNodes nodes)
    {
        VolumeLabel label = volume.Catalogue.Label;
        import.AddVolume(new VolumeIdentity(label.Name, label.Life, label.Pool, label.Storage, label.Labelled), volume.Catalogue.Closed);
        foreach (SessionOnVolume session in volume.Catalogue.Sessions)
        {
            if ((session.Start ?? session.Continues?.Label) is { } start) import.AddSession(start);
            if (session.LastCommit is { } commit) import.AddCommit(Commit(volume, session, commit, nodes));
            if (session.End is { } end) import.AddEnd(end);
        }
    }

    private static SessionCommit Commit(ShelvedVolume volume, SessionOnVolume session, CommitMark commit, VolumeNodes nodes) => new(
        session.Session,
        session.Continues?.Position ?? default,
        commit.Position,
        ByteText.Show(commit.LastPath),
        commit.At,
        new VolumeSpan(volume.Catalogue.Label.Name, volume.Catalogue.Label.Life, commit.FirstBlock, commit.LastBlock),
        new VolumeCounters(volume.Catalogue.Counts?.Blocks ?? 0, volume.Catalogue.Counts?.Bytes ?? 0, commit.At),
        nodes.NodesOf(session.Session),
        nodes.NotesOf(session.Session));
}
