using Backup.Catalog.Sessions;
using Backup.Catalog.Volumes;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Catalog.Import;

/// <summary>
/// Brings one volume's scan into a catalog, in the words in which the living system would have said it. What is damaged is reported and
/// left out. One use each.
/// </summary>
public sealed class VolumeImport : IScanSink
{
    private readonly CatalogImport _import;
    private readonly VolumeLabel _label;
    private readonly Action<VolumeFault> _report;

    private VolumeImport(CatalogImport import, VolumeLabel label, Action<VolumeFault> report) =>
        (_import, _label, _report) = (import, label, report);

    /// <summary>Scans an open volume. Throws <see cref="CatalogException"/> where it does not belong to this catalog.</summary>
    public static ScanSummary Bring(VolumeReader reader, CatalogImport import, Action<VolumeFault> report)
    {
        VolumeLabel label = reader.Label;
        if (reader.IsLabelLost)
        {
            report(new(FaultKind.Damaged, 0, null, 0, 0, $"volume {label.Name}: its label is damaged, its pool and storage cannot be told: "
                + "it is left out of the catalog; extract brings back what is on it"));
            return new ScanSummary(false, false, 0, 0);
        }
        import.AddVolume(new VolumeIdentity(label.Name, label.Life, label.Pool, label.Storage, label.Labelled), full: false);
        ScanSummary summary = reader.Scan(new VolumeImport(import, label, report));
        if (summary.IsFull) import.MarkFull(label.Life);
        return summary;
    }

    void IScanSink.Start(SessionLabel label) => _import.AddSession(label);

    void IScanSink.End(SessionEnd end) => _import.AddEnd(end);

    void IScanSink.Report(VolumeFault fault) => _report(fault);

    void IScanSink.Commit(ScannedCommit commit)
    {
        CommitMark mark = commit.Mark;
        var nodes = new List<StoredNode>();
        var notes = new List<UnsavedFile>();
        foreach (IndexRecord record in commit.Records) Sort(record, mark, nodes, notes);
        var facts = new SessionCommit(
            mark.Session, commit.From, commit.To, mark.LastPath.Length > 0 ? ByteText.Show(mark.LastPath) : null, mark.At,
            new VolumeSpan(_label.Name, _label.Life, mark.FirstBlock, mark.LastBlock),
            new VolumeCounters(commit.Counts.Blocks, commit.Counts.Bytes, mark.At), nodes, notes, commit.Segment,
            commit.LastFileIndex);
        try
        {
            _import.AddCommit(facts);
        }
        catch (CatalogException e) when (!commit.IsWhole && e.Fault == CatalogFault.Refused)
        {
            Report(mark, e.Message); // the catalog knows this commit point better than the damaged volume does
        }
    }

    private void Sort(IndexRecord record, CommitMark mark, List<StoredNode> nodes, List<UnsavedFile> notes)
    {
        try
        {
            if (record.Type == RecordType.Unsaved) notes.Add(UnsavedRecord.Decode(record.Payload));
            else if (NodeRecord.TryRead(record.Payload, out var holder, out ReadOnlySpan<byte> encoding))
                nodes.Add(new StoredNode(NodeCodec.IdOf(encoding), holder, encoding.ToArray()));
            else Report(mark, "a node record is too short or too long");
        }
        catch (FormatException e)
        {
            Report(mark, e.Message);
        }
    }

    private void Report(CommitMark mark, string what) => _report(new(FaultKind.BadRecord, -1, mark.Session, 0, 0,
        $"volume {_label.Name}: session {mark.Session}: commit point at record {mark.Position.Data} of data: {what}"));
}
