using System.CommandLine;
using System.Diagnostics;
using Backup.Catalog;
using Backup.Catalog.Import;
using Backup.VolumeTool.Volumes;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Commands;

/// <summary>scan VOLUME... --catalog FILE: brings into a catalog what volumes say of themselves.</summary>
internal static class ScanCommand
{
    public static Command Make(TextWriter output)
    {
        Argument<string[]> volumes = ToolCommands.Volumes();
        var file = new Option<string>("--catalog") { Description =
            "the catalog's SQLite file or postgresql://USER@HOST/DATABASE; it is made where it is not there", Required = true };
        var command =
            new Command("scan", "rebuilds a catalog from the indexes of volumes; what the catalog has already stays") { volumes, file };
        command.SetAction(parsed =>
        {
            OpenVolume[] opened = [.. parsed.GetValue(volumes)!.Distinct().Select(path => new OpenVolume(path))];
            try
            {
                using ICatalog catalog = CatalogPlace.Open(parsed.GetValue(file)!);
                return Scan(opened, new CatalogImport(catalog), output);
            }
            finally
            {
                foreach (OpenVolume volume in opened) volume.Dispose();
            }
        });
        return command;
    }

    private static int Scan(IReadOnlyList<OpenVolume> volumes, CatalogImport import, TextWriter output)
    {
        long faults = 0;
        foreach (OpenVolume volume in volumes)
        {
            long began = Stopwatch.GetTimestamp();
            ScanSummary read = VolumeImport.Bring(volume.Reader, import, fault =>
            {
                faults++;
                output.WriteLine($"fault: {fault.Text}");
            });
            output.WriteLine($"volume {volume.Reader.Label.Name}: {read.Blocks} blocks, {read.Bytes} bytes read of its"
                + $" {(read.FromIndexes ? "indexes" : "whole length")} in {Stopwatch.GetElapsedTime(began).TotalSeconds:f1} s");
        }
        ImportSummary summary = import.Summary;
        output.WriteLine($"{summary.Volumes} volumes, {summary.Sessions} sessions, {summary.Ended} of them ended,"
            + $" {summary.CommitPoints} commit points, {summary.NodesNew} tree nodes new, {faults} faults");
        return faults == 0 ? ToolCommands.Done : ToolCommands.Refused;
    }
}
