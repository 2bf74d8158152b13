using Backup.Catalog;
using Backup.Catalog.Import;
using Backup.Catalog.Jobs;
using Backup.Catalog.Sessions;
using Backup.Catalog.Sqlite;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Tests.Unit.Restore;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;
using Backup.Volumes.Writer;
using CommitPoint = Backup.Volumes.Writer.CommitPoint;

namespace Backup.Tests.Unit.Volumes;

/// <summary>Volumes in memory and the catalog that hears of each commit point as a storage node and its director tell it.</summary>
internal sealed class ScanBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<SessionId, (StreamPosition Position, string? LastPath)> _told = [];
    private int _catalogs;
    private long _minute;

    public ScanBench()
    {
        Living = NewCatalog();
        Writer = Volumes.Append();
    }

    public VolumeBench Volumes { get; } = new();
    public ICatalog Living { get; }
    public VolumeWriter Writer { get; private set; }
    /// <summary>Where a full volume's sessions go on: on this one, which they may have been on before; null for a new one.</summary>
    public string? ComeBackTo { get; set; }
    public List<string> Names { get; } = [VolumeBench.Name];

    public ICatalog NewCatalog() => SqliteCatalog.Open(_folder[$"catalog-{++_catalogs}.db"]);

    public void Start(SessionId session, int job)
    {
        SessionLabel label = VolumeBench.Start(session, job);
        JobId made = Living.Jobs.Create(new NewJob(label.JobName, label.Type, label.LevelAsked, label.Client, null, null, label.Scheduled,
            label.JoinsReferences, label.User));
        Assert.Equal(label.Job, made);
        Living.Sessions.Open(label);
        Writer.StartSession(label);
    }

    public void Append(SessionId session, byte[] records)
    {
        if (Writer.Append(session, 1, records) == StoreOutcome.EndOfMedium) NextVolume();
    }

    public void Commit()
    {
        Instant now = VolumeBench.Now.Plus(TimeSpan.FromMinutes(++_minute));
        CommitResult result = Writer.Commit(now);
        Tell(result.Points, now);
        if (result.Outcome == StoreOutcome.EndOfMedium) NextVolume();
    }

    public void End(SessionId session, StreamPosition position, string? failure = null)
    {
        SessionEnd? end = null;
        while (Writer.IsOpen(session))
        {
            end = Writer.EndSession(session, VolumeBench.Seal(position) with { Failure = failure }, VolumeBench.Now);
            Commit();
        }
        Living.Sessions.End(end!);
    }

    /// <summary>The volume is put away and loaded again, as between jobs.</summary>
    public void Remount()
    {
        Writer.Close(VolumeBench.Now, full: false);
        Writer.Dispose();
        Writer = Volumes.Append(Names[^1]);
    }

    private string NewVolume()
    {
        Names.Add($"Vol-{Names.Count + 1:d4}");
        VolumeWriter.Label(Volumes.Drive, VolumeBench.LabelOf(Names[^1], Names.Count));
        return Names[^1];
    }

    private void NextVolume()
    {
        StoreOutcome outcome;
        do
        {
            Instant now = VolumeBench.Now.Plus(TimeSpan.FromMinutes(++_minute));
            FinishResult finish = Writer.Finish(now);
            Tell(finish.Points, now);
            if (Living.Volumes.Find(Writer.VolumeLabel.Life) is not null)
                Living.Volumes.Update(Writer.VolumeLabel.Life, new VolumeChange(VolumeState.Full));
            Writer.Dispose();
            Writer = Volumes.Append(ComeBackTo ?? NewVolume());
            outcome = Writer.Take(finish.Remainder);
        }
        while (outcome == StoreOutcome.EndOfMedium);
    }

    private void Tell(IReadOnlyList<CommitPoint> points, Instant at)
    {
        VolumeLabel label = Writer.VolumeLabel;
        foreach (CommitPoint point in points)
        {
            (StreamPosition from, string? path) = _told.GetValueOrDefault(point.Session);
            if (point.LastPath.Length > 0) path = ByteText.Show(point.LastPath);
            Living.Volumes.Record(new VolumeIdentity(label.Name, label.Life, label.Pool, label.Storage, label.Labelled));
            (List<StoredNode> nodes, List<UnsavedFile> notes) = Sort(point.IndexRecords.Span);
            Living.Sessions.Commit(new SessionCommit(
                point.Session, from, point.Position, path, at, new VolumeSpan(label.Name, label.Life, point.FirstBlock, point.LastBlock),
                new VolumeCounters(Writer.Counts.Blocks, Writer.Counts.Bytes, at), nodes, notes, point.Segment, point.LastFileIndex));
            _told[point.Session] = (point.Position, path);
        }
    }

    private static (List<StoredNode> Nodes, List<UnsavedFile> Notes) Sort(ReadOnlySpan<byte> records)
    {
        var cursor = new RecordCursor(records);
        (List<StoredNode> nodes, List<UnsavedFile> notes) = ([], []);
        while (cursor.Next())
            if (cursor.Header.Type == RecordType.Unsaved) notes.Add(UnsavedRecord.Decode(cursor.Payload.ToArray()));
            else if (NodeRecord.TryRead(cursor.Payload, out SessionId holder, out ReadOnlySpan<byte> encoding))
                nodes.Add(new StoredNode(NodeCodec.IdOf(encoding), holder, encoding.ToArray()));
        return (nodes, notes);
    }

    /// <summary>Puts the last volume away as it is.</summary>
    public void Close()
    {
        Writer.Close(VolumeBench.Now, full: false);
        Volumes.Drive.Unload();
    }

    /// <summary>Scans the volumes into a catalog and returns the faults that were named.</summary>
    public List<VolumeFault> Scan(ICatalog into, IEnumerable<string> names, Action<VolumeReader, ScanSummary>? look = null)
    {
        var faults = new List<VolumeFault>();
        var import = new CatalogImport(into);
        foreach (string name in names)
        {
            using VolumeReader reader = VolumeReader.Open(Volumes.Drive, name);
            ScanSummary summary = VolumeImport.Bring(reader, import, faults.Add);
            look?.Invoke(reader, summary);
        }
        return faults;
    }

    public static string Dump(ICatalog catalog)
    {
        using var text = new StringWriter();
        catalog.Dump(text);
        return text.ToString();
    }

    public void Dispose()
    {
        Writer.Dispose();
        Living.Dispose();
        _folder.Dispose();
    }
}
