using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.TestKit.Media;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Tests.Simulation;

/// <summary>The media of one storage and what is to go wrong on them.</summary>
internal sealed class Shelf(Baton baton, Seeded chance)
{
    public Dictionary<string, List<byte[]?>> Media { get; } = [];

    /// <summary>The write of this number, from 1 and counted on, fails; 0: none.</summary>
    public long FailingWrite { get; set; }

    public long Writes { get; private set; }

    public IDrive Open(long capacity) =>
        new SimulatedDrive(this, new MemoryDrive { EndOfMediumAt = capacity > 0 ? capacity : long.MaxValue });

    /// <summary>True where a volume says that the session has ended. Reads every index.</summary>
    public bool HoldsEndOf(SessionId session)
    {
        foreach (string medium in Media.Keys.ToList())
        {
            if (Media[medium] is not [not null, not null, null, ..]) continue; // its labelling broke off
            using IDrive drive = Open(0);
            using VolumeReader reader = VolumeReader.Open(drive, medium);
            if (reader.ReadIndex(new Nothing()).Sessions.Any(s => s.Session == session && s.End is not null)) return true;
        }
        return false;
    }

    /// <summary>Takes every record and keeps none.</summary>
    private sealed class Nothing : IRecordSink
    {
        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload) => true;

        public void Report(VolumeFault fault)
        {
        }
    }

    private void Work()
    {
        baton.Spend(TimeSpan.FromMicroseconds(chance.Between(50, 4000)));
        baton.Yield();
    }

    /// <summary>A drive over the shelf's media that takes time and lets others run.</summary>
    private sealed class SimulatedDrive(Shelf shelf, MemoryDrive drive) : IDrive
    {
        public string Name => drive.Name;
        public DrivePosition Position => drive.Position;
        public DriveStatus Status => drive.Status;
        public void SetBlockSize(int bytes) => drive.SetBlockSize(bytes);

        public MoveAnswer Load(string medium, DriveAccess access)
        {
            shelf.Work();
            if (access == DriveAccess.Create) shelf.Media[medium] = [];
            drive.Media.Clear();
            foreach ((string name, List<byte[]?> blocks) in shelf.Media) drive.Media[name] = blocks;
            return drive.Load(medium, access == DriveAccess.Create ? DriveAccess.Append : access);
        }

        public MoveAnswer Unload() => Done(drive.Unload());
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

        public WriteAnswer WriteFilemarks(int count)
        {
            Plan();
            WriteAnswer answer = drive.WriteFilemarks(count);
            shelf.Work();
            return answer;
        }

        public void Dispose() => drive.Dispose();

        private void Plan()
        {
            if (++shelf.Writes == shelf.FailingWrite) drive.FailingWrite = drive.Writes + 1;
        }

        private MoveAnswer Done(MoveAnswer answer)
        {
            shelf.Work();
            return answer;
        }
    }
}
