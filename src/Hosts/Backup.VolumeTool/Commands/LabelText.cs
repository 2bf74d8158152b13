using System.Globalization;
using Backup.Messages.Clients;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Commands;

/// <summary>Every field of the labels of volumes and sessions, a line each: its name and its value, "-" for one that is empty.</summary>
internal sealed class LabelText(TextWriter output)
{
    public void Show(SessionCatalogue volume)
    {
        VolumeLabel label = volume.Label;
        output.WriteLine($"label of volume {label.Name}");
        Line("life", label.Life);
        Line("installation", label.Installation);
        Line("pool", label.Pool);
        Line("storage", label.Storage);
        Line("host", label.HostName);
        Line("host system", label.SystemText);
        Line("software", label.SoftwareVersion);
        Line("format version", label.FormatVersion);
        Line("block size", label.BlockSize);
        Line("smallest block", label.BlockSizeMin == VolumeLabel.BlockSizeMinUnknown ? null : label.BlockSizeMin);
        Line("labelled", label.Labelled);
        if (volume.Counts is not { } counts) return;
        Line("first written", counts.FirstWritten);
        Line("last written", counts.LastWritten);
        Line("blocks", counts.Blocks);
        Line("bytes", counts.Bytes);
        Line("sessions", counts.Sessions);
        Line("files", counts.Files);
        Line("data records", counts.DataRecords);
        Line("commit points", counts.Commits);
        Line("mounts", counts.Mounts);
    }

    public void Show(SessionLabel label)
    {
        output.WriteLine($"label of session {label.Session}");
        Line("installation", label.Installation);
        Line("job", $"{label.Job} {label.JobName}");
        Line("type", label.Type);
        Line("level", label.Level);
        Line("level asked", label.LevelAsked);
        Line("client", label.Client);
        Show(label.Platform);
        Line("fileset", label.FileSet);
        Line("fileset hash", label.FileSetHash);
        foreach (string line in label.FileSetText.TrimEnd().Split('\n')) Line("fileset text", line);
        Line("pool", label.Pool);
        Line("storage", label.Storage);
        Line("scheduled", label.Scheduled);
        Line("started", label.Started);
        Line("reference job", label.ReferenceJob);
        Line("reference root", label.ReferenceRoot);
        Line("joins references", label.JoinsReferences ? "yes" : "no");
        Line("user", label.User);
        Line("software", label.SoftwareVersion);
        Line("format version", label.FormatVersion);
    }

    public void Show(SessionEnd end)
    {
        SessionSeal seal = end.Seal;
        output.WriteLine($"end of session {end.Session}");
        Line("job", end.Job);
        Line("tree", seal.Root);
        Line("entries", seal.Totals.Entries);
        Line("files saved", seal.Totals.FilesSaved);
        Line("bytes read", seal.Totals.BytesRead);
        Line("bytes sent", seal.Totals.BytesSent);
        Line("bytes stored", end.BytesStored);
        Line("data records sent", seal.Totals.DataRecords);
        Line("data records stored", end.DataRecordsStored);
        Line("index records", end.StoredPosition.Index);
        Line("nodes", seal.Totals.Nodes);
        Line("unsaved", seal.Totals.Unsaved);
        Line("warnings", seal.Totals.Warnings);
        Line("scan started", seal.ScanStarted);
        Line("scan ended", seal.ScanEnded);
        Line("ended", end.Ended);
        Line("failure", seal.Failure);
        foreach (SessionNeed need in seal.Needs)
            Line("needs", $"{need.Session}: {need.Files} files, {need.Bytes} bytes, {need.Nodes} nodes");
    }

    private void Show(ClientPlatform platform)
    {
        Line("client host", platform.HostName);
        Line("client system", $"{platform.System} {platform.Release} {platform.Architecture}");
        Line("client distribution", platform.Distribution);
        Line("client software", platform.SoftwareVersion);
        Line("client root", platform.RootFileSystem);
        Line("client address", platform.Address);
    }

    private void Line(string name, object? value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        bool isNone = text.Length == 0 || (value is Instant instant && instant == default);
        output.WriteLine($"  {name}  {(isNone ? "-" : text)}");
    }
}
