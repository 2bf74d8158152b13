using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Tests.Simulation.Rot;

/// <summary>Every way to read a harmed volume gives what was not hit, nothing else, and names the rest.</summary>
internal static class RotChecks
{
    public static void Check(IDrive drive, Harm harm, IReadOnlyDictionary<RecordKey, Lying> everywhere)
    {
        if (Open(drive, harm) is not { } reader) return;
        using (reader)
        {
            Gathered all = Everything(reader, harm);
            Gathered index = Index(reader, harm);
            int faults = all.Faults.Count + index.Faults.Count;
            foreach (SessionId session in harm.Volume.Sessions) faults += OneSession(reader, harm, session).Faults.Count;
            Scanned(reader, harm, everywhere);
            bool isHurt = harm.IsCut || harm.Bad.Count > 0;
            Must(faults > 0 || !isHurt || harm.LooksWhole, harm, "nothing was noticed");
            Must(faults == 0 || isHurt, harm, $"a fault where none is: {all.Faults.Concat(index.Faults).FirstOrDefault()?.Text}");
        }
    }

    /// <summary>Null where nothing can be read and nothing need be: the label is gone, or what stands for it was hit as well.</summary>
    private static VolumeReader? Open(IDrive drive, Harm harm)
    {
        try
        {
            return VolumeReader.Open(drive, harm.Volume.Name, LifeOf(harm.Volume));
        }
        catch (VolumeException e)
        {
            // Label text and format text repeat what the label says: one of the three is enough.
            bool isExcused = harm.End <= 2 || harm.InLabel > 1 || (harm.InLabel > 0 && harm.Bad.Count > 1)
                || (harm.Bad.Contains(0) && harm.IsCut);
            Must(isExcused, harm, $"it cannot be opened: {e.Message}");
            return null;
        }
    }

    private static VolumeLifeId LifeOf(VolumeTruth volume) => VolumeLifeId.Read(volume.Places[1].AsSpan(16));

    private static Gathered Everything(VolumeReader reader, Harm harm)
    {
        var all = new Gathered(harm);
        reader.ReadAll(all);
        all.MustBe(harm.Volume.Records, "reading everything");
        foreach (int place in harm.Bad)
            Must(harm.IsTornTail(place) || all.Faults.Any(fault => fault.Block == place), harm,
                $"reading everything does not name place {place}");
        return all;
    }

    private static Gathered Index(VolumeReader reader, Harm harm)
    {
        var index = new Gathered(harm);
        reader.ReadIndex(index);
        index.MustBe(harm.Volume.Records.Where(record => record.Key.Lane == Lane.Index), "reading the index");
        return index;
    }

    private static Gathered OneSession(VolumeReader reader, Harm harm, SessionId session)
    {
        var mine = harm.Volume.Records.Where(record => record.Key.Session == session && record.Key.Lane == Lane.Data).ToList();
        var given = new Gathered(harm);
        reader.ReadSession(session, [new FileIndexRange(1, long.MaxValue - 1)], given);
        given.MustBe(mine, $"reading session {session}");
        foreach ((RecordKey key, Lying lying) in mine)
            Must(!harm.Hit(lying) || !harm.CanBeNamed(lying) || !harm.Volume.IsContent(key)
                || given.Faults.Any(fault => fault.Session is null
                || (fault.Session == session && fault.FirstFileIndex <= lying.FileIndex && lying.FileIndex <= fault.LastFileIndex)),
                harm, $"reading session {session} does not name the loss of file {lying.FileIndex} (record {key.Sequence})");
        return given;
    }

    private static void Scanned(VolumeReader reader, Harm harm, IReadOnlyDictionary<RecordKey, Lying> everywhere)
    {
        var scan = new ScanTruth(harm, everywhere);
        reader.Scan(scan);
        foreach ((RecordKey key, Lying lying) in harm.Volume.Records)
        {
            if (key.Lane != Lane.Index || harm.Hit(lying)) continue;
            int filemark = harm.Volume.MarkBehind(lying.Last);
            bool isCommitted = harm.HasMark(filemark) && harm.Volume.Marks.Any(mark => mark.Filemark == filemark
                && mark.Type == RecordType.Commit && mark.Session == key.Session && !harm.Hit(mark.First, mark.Last));
            Must(!isCommitted || scan.Given.Contains(key), harm, $"the scan has lost record {key.Sequence} of session {key.Session}");
        }
        foreach (MarkPlace end in harm.Volume.Marks.Where(mark => mark.Type == RecordType.SessionEnd))
            Must(scan.Ends.Contains(end.Session) || harm.Hit(end.First, end.Last) || !harm.HasMark(end.Filemark), harm,
                $"the scan has lost the end of session {end.Session}");
    }

    public static void Must(bool holds, Harm harm, string what)
    {
        if (!holds) throw new SimulationException($"{harm.Words}: {what}");
    }

    /// <summary>Records as they come, each of which must be one of the volume's, untouched and once.</summary>
    private sealed class Gathered(Harm harm) : IRecordSink
    {
        private readonly HashSet<RecordKey> _given = [];

        public List<VolumeFault> Faults { get; } = [];

        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (Lanes.Of(header.Type) == Lane.None) return true;
            var key = new RecordKey(place.Session, Lanes.Of(header.Type), header.Sequence);
            bool isOne = harm.Volume.Records.TryGetValue(key, out Lying lying);
            Must(isOne && lying.Crc == Crc32C.Compute(payload) && lying.FileIndex == header.FileIndex, harm,
                $"record {key} was given and is none of the volume's");
            Must(!harm.Hit(lying), harm, $"record {key} was given, and its place {lying.First} was hit");
            Must(_given.Add(key), harm, $"record {key} was given twice");
            return true;
        }

        public void Report(VolumeFault fault) => Faults.Add(fault);

        public void MustBe(IEnumerable<KeyValuePair<RecordKey, Lying>> wanted, string doing)
        {
            foreach ((RecordKey key, Lying lying) in wanted)
                Must(harm.Hit(lying) || _given.Contains(key), harm, $"{doing} has lost record {key} of place {lying.First}");
        }
    }

    /// <summary>What a scan says must be so: whole commit points to the byte, pieces of what there was.</summary>
    private sealed class ScanTruth(Harm harm, IReadOnlyDictionary<RecordKey, Lying> everywhere) : IScanSink
    {
        public HashSet<RecordKey> Given { get; } = [];
        public HashSet<SessionId> Ends { get; } = [];

        public void Start(SessionLabel label)
        {
        }

        public void Commit(ScannedCommit commit)
        {
            long count = commit.To.Index - commit.From.Index;
            Must(commit.Records.Count == count, harm, $"the scan gives {commit.Records.Count} records for {commit.From} to {commit.To}");
            for (int i = 0; i < commit.Records.Count; i++)
            {
                var key = new RecordKey(commit.Mark.Session, Lane.Index, commit.From.Index + 1 + i);
                bool isOne = everywhere.TryGetValue(key, out Lying lying) && lying.Crc == Crc32C.Compute(commit.Records[i].Payload);
                Must(isOne, harm, $"the scan gives record {key}, which was never stored");
                Given.Add(key);
            }
        }

        public void End(SessionEnd end) => Ends.Add(end.Session);

        public void Report(VolumeFault fault)
        {
        }
    }
}
