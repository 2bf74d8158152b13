using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.TestKit.Media;
using Backup.Volumes.Blocks;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Writer;

namespace Backup.Tests.Simulation;

/// <summary>The media of one storage and what is to go wrong on them.</summary>
internal sealed class Shelf(Baton baton, Seeded chance)
{
    private readonly Dictionary<string, byte[]?[]> _durable = [];

    public Dictionary<string, List<byte[]?>> Media { get; } = [];

    /// <summary>The write of this number, from 1 and counted on, fails; 0: none.</summary>
    public long FailingWrite { get; set; }

    /// <summary>How many writes in a row fail, from that one on.</summary>
    public long FailingInARow { get; set; } = 1;

    /// <summary>First bytes that the failing write leaves on the medium.</summary>
    public int FailingWriteLeaves { get; set; }

    public long Writes { get; private set; }

    /// <summary>Bytes that a medium takes behind its early warning.</summary>
    public long RoomAtEnd { get; init; } = long.MaxValue;

    /// <summary>Syncs answer that they are done, and nothing is on stable storage.</summary>
    public bool Lies { get; set; }

    /// <summary>A loss of power took what a sync had promised: the volumes know less than was said.</summary>
    public bool HasBrokenItsWord { get; private set; }

    public IDrive Open(long capacity) => new SimulatedDrive(this, new MemoryDrive
    {
        EndOfMediumAt = capacity > 0 ? capacity : long.MaxValue,
        PhysicalEndAt = capacity > 0 && RoomAtEnd < long.MaxValue ? capacity + RoomAtEnd : long.MaxValue,
    });

    /// <summary>True where a volume says that the session has ended. Reads every index.</summary>
    public bool HoldsEndOf(SessionId session)
    {
        bool isHeld = false;
        EachVolume(reader => isHeld |= reader.ReadIndex(new NoRecords()).Sessions.Any(s => s.Session == session && s.End is not null));
        return isHeld;
    }

    /// <summary>Every volume whose label is whole, by name.</summary>
    public void EachVolume(Action<VolumeReader> act)
    {
        foreach (string medium in Media.Keys.Order(StringComparer.Ordinal).ToList())
        {
            if (Media[medium] is not [not null, not null, null, ..]) continue; // its labelling broke off
            using IDrive drive = Open(0);
            VolumeReader? reader;
            try
            {
                reader = VolumeReader.Open(drive, medium);
            }
            catch (VolumeException)
            {
                continue; // its labelling was lost with the power
            }
            using (reader) act(reader);
        }
    }

    /// <summary>
    /// The power fails: what no sync was waited for is there, or not, or half, each block for itself; where a tail had been cut off
    /// since the
    /// last sync, all of that may not have happened either.
    /// </summary>
    public void LosePower()
    {
        foreach ((string medium, List<byte[]?> blocks) in Media)
        {
            byte[]?[] safe = _durable.GetValueOrDefault(medium, []);
            int same = 0;
            while (same < safe.Length && same < blocks.Count && ReferenceEquals(safe[same], blocks[same])) same++;
            List<byte[]?> left = chance.OneIn(4) ? [.. safe] : [.. blocks.Take(same)];
            if (left.Count == same && (same == safe.Length || chance.OneIn(2)))
                left.AddRange(blocks.Skip(same).Take(chance.Below(blocks.Count - same + 1)).Select(Perhaps));
            if (Lies && !left.SequenceEqual(blocks)) HasBrokenItsWord = true;
            blocks.Clear();
            blocks.AddRange(left);
            _durable[medium] = [.. left];
        }
    }

    /// <summary>One bit of one block is another.</summary>
    public string? FlipBit()
    {
        var written = Media.OrderBy(m => m.Key, StringComparer.Ordinal)
            .SelectMany(m => m.Value.Select((block, at) => (m.Key, At: at, Block: block))).Where(b => b.Block is { Length: > 0 }).ToList();
        if (written.Count == 0) return null;
        (string medium, int place, byte[]? old) = written[chance.Below(written.Count)];
        byte[] block = [.. old!];
        int bit = chance.Below(block.Length * 8);
        block[bit / 8] ^= (byte)(1 << (bit % 8));
        Media[medium][place] = block;
        return $"{medium} block {place} bit {bit}";
    }

    /// <summary>Each medium with the sizes of its blocks in KiB; | is a filemark.</summary>
    public override string ToString() => string.Join(", ", Media.OrderBy(m => m.Key, StringComparer.Ordinal)
        .Select(m => $"{m.Key}: {string.Join(' ', m.Value.Select(b => b is null ? "|" : $"{b.Length / 1024}"))}"));

    private byte[]? Perhaps(byte[]? block) => chance.Below(8) switch
    {
        0 => new byte[block?.Length ?? BlockCodec.SizeMin],
        1 when block is not null => [.. block.AsSpan(0, chance.Below(block.Length / 512 + 1) * 512), .. new byte[block.Length % 512]],
        _ => block,
    };

    private void Work()
    {
        baton.Spend(TimeSpan.FromMicroseconds(chance.Between(50, 4000)));
        baton.Yield();
    }

    private void Synced(string medium)
    {
        if (!Lies) _durable[medium] = [.. Media[medium]];
    }

    /// <summary>A drive over the shelf's media that takes time and lets others run.</summary>
    private sealed class SimulatedDrive(Shelf shelf, MemoryDrive drive) : IDrive
    {
        private string _medium = "";

        public string Name => drive.Name;
        public DrivePosition Position => drive.Position;
        public DriveStatus Status => drive.Status;
        public void SetBlockSize(int bytes) => drive.SetBlockSize(bytes);

        public MoveAnswer Load(string medium, DriveAccess access)
        {
            shelf.Work();
            _medium = medium;
            if (access == DriveAccess.Create) shelf.Media[medium] = [];
            drive.Media.Clear();
            foreach ((string name, List<byte[]?> blocks) in shelf.Media) drive.Media[name] = blocks;
            return drive.Load(medium, access == DriveAccess.Create ? DriveAccess.Append : access);
        }

        public MoveAnswer Unload() => drive.Unload(); // never gives the baton away: a process that is killed comes by here
        public ReadAnswer Read(Span<byte> buffer) => drive.Read(buffer);
        public MoveAnswer Rewind() => Done(drive.Rewind());
        public MoveAnswer Locate(long block) => Done(drive.Locate(block));
        public MoveAnswer SpaceToEndOfData() => Done(drive.SpaceToEndOfData());
        public MoveAnswer SpaceFilemarks(int count) => Done(drive.SpaceFilemarks(count));
        public MoveAnswer SpaceBlocks(int count) => Done(drive.SpaceBlocks(count));

        public WriteAnswer Write(ReadOnlySpan<byte> block)
        {
            Plan();
            WriteAnswer answer = drive.Write(block);
            shelf.Work();
            return answer;
        }

        /// <summary>A process that is killed while it waits does not hear that the sync is done.</summary>
        public WriteAnswer WriteFilemarks(int count)
        {
            Plan();
            WriteAnswer answer = drive.WriteFilemarks(count);
            shelf.Work();
            if (answer.Outcome == WriteOutcome.Written) shelf.Synced(_medium);
            return answer;
        }

        public void Dispose() => drive.Dispose();

        private void Plan()
        {
            long since = ++shelf.Writes - shelf.FailingWrite;
            if (shelf.FailingWrite == 0 || since < 0 || since >= shelf.FailingInARow) return;
            (drive.FailingWrite, drive.FailingWriteLeaves) = (drive.Writes + 1, shelf.FailingWriteLeaves);
        }

        private MoveAnswer Done(MoveAnswer answer)
        {
            shelf.Work();
            return answer;
        }
    }
}

/// <summary>Takes every record and keeps none.</summary>
internal sealed class NoRecords : IRecordSink
{
    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) => true;

    public void Report(VolumeFault fault)
    {
    }
}
