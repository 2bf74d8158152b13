using System.CommandLine;
using System.Globalization;
using Backup.Messages.Values;
using Backup.VolumeTool.Objects;
using Backup.VolumeTool.Volumes;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Commands;

/// <summary>ls VOLUME...: labels, sessions, and the entries of one session in the form of ls -l.</summary>
internal static class ListCommand
{
    private static readonly string[] Permissions = ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"];

    public static Command Make(TextWriter output)
    {
        Argument<string[]> volumes = ToolCommands.Volumes();
        Option<string?> session = ToolCommands.Session();
        var entries = new Option<bool>("--long") { Description = "also each entry of the session's tree" };
        var labels = new Option<bool>("--labels") { Description = "also every field of the labels of volumes and sessions" };
        var objects = new Option<bool>("--objects") { Description = "instead: each record as it lies there, all its fields by name" };
        var json = new Option<bool>("--json") { Description = "with --objects: a JSON document a record" };
        var command = new Command("ls",
            "shows what volumes hold: labels and sessions, and with --long or --session each entry")
            { volumes, session, entries, labels, objects, json };
        command.SetAction(parsed =>
        {
            bool isOther = parsed.GetValue(entries) || parsed.GetValue(labels) || parsed.GetValue(session) is not null;
            if (parsed.GetValue(objects) && isOther) throw new ToolException("--objects goes with --json alone: it shows every record");
            if (parsed.GetValue(objects)) return ShowObjects(parsed.GetValue(volumes)!, parsed.GetValue(json), output);
            if (parsed.GetValue(json)) throw new ToolException("--json goes with --objects");
            using VolumeShelf shelf = VolumeShelf.Open(parsed.GetValue(volumes)!);
            ShowVolumes(shelf, output);
            if (parsed.GetValue(labels)) ShowLabels(shelf, new LabelText(output));
            string? id = parsed.GetValue(session);
            if (parsed.GetValue(entries) || id is not null) ShowEntries(shelf, shelf.Choose(id), output);
            foreach (VolumeFault fault in shelf.Nodes.Faults) output.WriteLine($"fault: {fault.Text}");
            return shelf.Nodes.Faults.Count == 0 ? ToolCommands.Done : ToolCommands.Refused;
        });
        return command;
    }

    private static int ShowObjects(IEnumerable<string> volumes, bool asJson, TextWriter output)
    {
        bool isSound = true;
        foreach (string path in volumes)
        {
            using var volume = new OpenVolume(path);
            var listing = new ObjectListing(volume.Reader.Label.Name, asJson, output);
            ReadSummary summary = volume.Reader.ReadAll(listing);
            listing.End(summary);
            isSound &= summary.Faults == 0;
        }
        return isSound ? ToolCommands.Done : ToolCommands.Refused;
    }

    private static void ShowVolumes(VolumeShelf shelf, TextWriter output)
    {
        foreach ((OpenVolume volume, SessionCatalogue catalogue) in shelf.Volumes)
        {
            VolumeLabel label = catalogue.Label;
            string state = catalogue.Closed ? "closed" : "open";
            output.WriteLine($"volume {label.Name}  pool {label.Pool}  storage {label.Storage}  labelled "
                + $"{label.Labelled}  life {label.Life}"
                + $"  {catalogue.Counts?.Blocks ?? 0} blocks  {catalogue.Counts?.Bytes ?? 0} bytes  {state}  ({volume.Where})");
        }
        foreach (ShelvedSession session in shelf.Sessions())
        {
            string what = session.Label is { } label
                ? $"job {label.Job} {label.JobName}  {label.Type} {label.Level}  client {label.Client}  FileSet {label.FileSet}  "
                    + $"started {label.Started}"
                : "label not on these volumes";
            string end = session.End is { } ended
                ? $"{ended.Seal.Totals.Entries} entries  {ended.Seal.Totals.FilesSaved} files saved  {ended.BytesStored} "
                    + $"bytes  ended {ended.Ended}"
                    + (ended.Seal.Failure is { } failure ? $"  failed: {failure}" : "")
                : "no end on these volumes";
            output.WriteLine($"session {session.Session}  {what}  {end}");
        }
    }

    private static void ShowLabels(VolumeShelf shelf, LabelText text)
    {
        foreach (ShelvedVolume volume in shelf.Volumes) text.Show(volume.Catalogue);
        foreach (ShelvedSession session in shelf.Sessions())
        {
            if (session.Label is { } label) text.Show(label);
            if (session.End is { } end) text.Show(end);
        }
    }

    private static void ShowEntries(VolumeShelf shelf, ShelvedSession session, TextWriter output)
    {
        if (session.End is not { } end)
            throw new ToolException($"session {session.Session} has no end on these volumes: its tree is not known");
        foreach (TreePlace place in new TreeReader(shelf.Nodes).Walk(end.Seal.Root)) output.WriteLine(Line(place));
    }

    /// <summary>
    /// One entry as ls -l shows it: kind and mode, owner, size or device number, time, path, and where a symbolic link leads.
    /// </summary>
    internal static string Line(in TreePlace place)
    {
        TreeEntry entry = place.Entry;
        string user = entry.UserName.Length > 0 ? entry.UserName : entry.UserId.ToString(CultureInfo.InvariantCulture);
        string group = entry.GroupName.Length > 0 ? entry.GroupName : entry.GroupId.ToString(CultureInfo.InvariantCulture);
        bool isDevice = entry.Kind is EntryKind.CharacterDevice or EntryKind.BlockDevice;
        string size = isDevice ? $"{Major(entry.DeviceNumber)}, {Minor(entry.DeviceNumber)}"
            : entry.Size.ToString(CultureInfo.InvariantCulture);
        string target = entry.Kind == EntryKind.Symlink ? $" -> {ByteText.Show(entry.LinkTarget)}" : "";
        return $"{entry.Kind.Letter()}{Mode(entry.Mode)} {user,-8} {group,-8} {size,12} {entry.Modified} "
            + $"{ByteText.Show(place.Path)}{target}";
    }

    private static string Mode(uint mode)
    {
        char[] text = [.. Permissions[mode >> 6 & 7], .. Permissions[mode >> 3 & 7], .. Permissions[mode & 7]];
        if ((mode & 0x800) != 0) text[2] = text[2] == 'x' ? 's' : 'S';
        if ((mode & 0x400) != 0) text[5] = text[5] == 'x' ? 's' : 'S';
        if ((mode & 0x200) != 0) text[8] = text[8] == 'x' ? 't' : 'T';
        return new string(text);
    }

    private static ulong Major(ulong device) => (device >> 8 & 0xfff) | (device >> 32 & ~0xfffUL);

    private static ulong Minor(ulong device) => (device & 0xff) | (device >> 12 & ~0xffUL);
}
