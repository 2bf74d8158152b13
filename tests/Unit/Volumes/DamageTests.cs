using Backup.Devices.Drives.Disk;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Tests.Unit.Restore;
using Backup.Volumes.Blocks;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Tests.Unit.Volumes;

/// <summary>Seeded damage anywhere on a volume of several segments: what is lost is named, and what is not touched comes back.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Files = 40, BlocksOfRecord = 2; // a record of these files lies in no more blocks than that
    private static readonly SessionId One = Samples.Session;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Req", "FMT-26")]
    public void Every_untouched_file_comes_back_from_a_damaged_medium_and_the_damage_is_named()
    {
        var bench = new VolumeBench();
        Write(bench.Drive);
        byte[]?[] whole = [.. bench.Medium];
        Dictionary<string, long> places = PlacesOf(bench.Drive);
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            int place = 1 + random.Next(whole.Length - 1);
            bool cut = round % 3 == 0 || whole[place] is null;
            bench.Medium.Clear();
            bench.Medium.AddRange(cut ? whole[..place] : whole);
            if (!cut)
            {
                byte[] block = [.. whole[place]!];
                block[random.Next(block.Length)] ^= (byte)(1 << random.Next(8));
                bench.Medium[place] = block;
            }
            Check(bench.Drive, places, place, cut, $"round {round}: {(cut ? "cut" : "bit")} at {place}",
                mayBeUnused: cut && whole[place - 1] is null);
        }
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void Every_untouched_file_comes_back_from_a_damaged_disk_volume_and_the_damage_is_named()
    {
        using var drive = new DiskDrive(new DiskDriveOptions(_folder.Path, BlockCodec.LengthOf));
        VolumeWriter.Label(drive, VolumeBench.LabelOf(VolumeBench.Name, 1));
        Write(drive);
        string file = _folder[VolumeBench.Name];
        byte[] whole = File.ReadAllBytes(file);
        Dictionary<string, long> places = PlacesOf(drive);
        var random = new Random(12);
        for (int round = 0; round < 30; round++)
        {
            int at = 65536 + random.Next(whole.Length - 65536);
            int place = 1 + (at - 65536) / 65536;
            bool cut = round % 3 == 0;
            byte[] bytes = cut ? whole[..at] : [.. whole];
            if (!cut) bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(file, bytes);
            Check(drive, places, place, cut, $"round {round}: {(cut ? "cut" : "bit")} at {at}", mayBeUnused: true);
        }
    }

    [Theory]
    [Trait("Req", "FMT-26")]
    [InlineData(64 << 10)]
    [InlineData(100 << 10)]
    [InlineData(1 << 20)]
    public void A_volume_with_a_damaged_label_is_read_and_not_written(int blockSize)
    {
        using var drive = new DiskDrive(new DiskDriveOptions(_folder.Path, BlockCodec.LengthOf));
        VolumeWriter.Label(drive, VolumeBench.LabelOf(VolumeBench.Name, 1) with { BlockSize = blockSize });
        Write(drive);
        Dictionary<string, long> places = PlacesOf(drive);
        byte[] whole = File.ReadAllBytes(_folder[VolumeBench.Name]);
        foreach (int at in (int[])[0, 500, 1024, 1036, 1040, 1090, 1200])
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= 16;
            File.WriteAllBytes(_folder[VolumeBench.Name], bytes);
            using (VolumeReader reader = VolumeReader.Open(drive, VolumeBench.Name))
            {
                var found = new ReadResult();
                reader.ReadSession(One, [new FileIndexRange(1, Files)], found);
                Assert.True(reader.IsLabelLost && reader.Label.BlockSize == blockSize, $"byte {at}");
                Assert.Equal(places.Keys.Order(), found.Records.Where(IsData).Order());
            }
            Assert.ThrowsAny<VolumeException>(() => VolumeWriter.OpenForAppend(drive, VolumeBench.Name, null, TimeProvider.System));
        }
    }

    /// <summary>Where the damage may lie in bytes that nothing uses, or the cut behind a filemark, the volume may look whole.</summary>
    private static void Check(IDrive drive, Dictionary<string, long> places, long damaged, bool cut, string words, bool mayBeUnused = false)
    {
        var all = new ReadResult();
        var wanted = new ReadResult();
        using (VolumeReader reader = VolumeReader.Open(drive, VolumeBench.Name))
        {
            reader.ReadAll(all);
            reader.ReadIndex(wanted);
            reader.ReadSession(One, [new FileIndexRange(1, Files)], wanted);
        }
        HashSet<string> given = [.. wanted.Records];
        foreach ((string record, long place) in places)
        {
            bool touched = cut ? place >= damaged : place >= damaged && place < damaged + BlocksOfRecord;
            if (!touched) Assert.True(given.Contains(record), $"{words}: lost {record} of block {place}");
        }
        List<string> data = [.. wanted.Records.Where(IsData)];
        Assert.Empty(data.Except(places.Keys));
        Assert.Equal(data.Count, data.Distinct().Count());
        bool lost = data.Count < places.Count;
        if ((lost || !cut) && !mayBeUnused) Assert.True(wanted.Faults.Count + all.Faults.Count > 0, words);
        if (lost && !cut) Assert.Contains(wanted.Faults, fault => fault.Block == damaged);
        if (lost && cut && !mayBeUnused) Assert.True(wanted.Faults.Count > 0, words);
    }

    /// <summary>Each data record and the block in which it ends.</summary>
    private static Dictionary<string, long> PlacesOf(IDrive drive)
    {
        using VolumeReader reader = VolumeReader.Open(drive, VolumeBench.Name);
        var places = new Places();
        reader.ReadAll(places);
        return places.Found;
    }

    private static void Write(IDrive drive)
    {
        var one = new Stream(One, 1);
        using VolumeWriter writer = VolumeWriter.OpenForAppend(drive, VolumeBench.Name, null, TimeProvider.System);
        writer.StartSession(VolumeBench.Start(One, 7));
        for (int i = 0; i < Files; i++)
        {
            writer.Append(One, 1, one.File(i * 1000));
            writer.Append(One, 1, one.Node(9000));
            if (i % 10 == 9) writer.Commit(VolumeBench.Now);
        }
        writer.EndSession(One, VolumeBench.Seal(one.Position), VolumeBench.Now);
        writer.Close(VolumeBench.Now, full: false);
    }

    private static bool IsData(string record) => record.Contains(" Data ", StringComparison.Ordinal);

    private sealed class Places : IRecordSink
    {
        public Dictionary<string, long> Found { get; } = [];

        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (Lanes.Of(header.Type) == Lane.Data) Found.Add(ReadResult.Show(place.Session, header, payload), place.Block);
            return true;
        }

        public void Report(VolumeFault fault) => Assert.Fail(fault.Text);
    }
}
