using Backup.Messages.Sessions;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Actors.Storage.Serving;

/// <summary>Packs records from a volume into frames for the client, and gathers what could not be read. One thread.</summary>
internal sealed class ServingSink(IBulkChannel channel, Want want, TimeProvider clock) : IRecordSink
{
    /// <summary>Faults named to the client one by one; behind that the last one says that there are more.</summary>
    private const int FaultsMax = 1000;

    private readonly byte[] _frame = new byte[channel.PayloadBytesMax];
    private readonly List<ServeFault> _faults = [];
    private int _used;

    public long Records { get; private set; }

    /// <summary>What sending has taken so far, the wait for credit included.</summary>
    public TimeSpan Sending { get; private set; }
    public IReadOnlyList<ServeFault> Faults => _faults;

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        int whole = RecordHeader.Size + payload.Length;
        if (whole > _frame.Length)
        {
            Add(header.FileIndex, $"a {header.Type} record of {payload.Length} bytes does not fit into a frame of {_frame.Length}");
            return true;
        }
        if (_used + whole > _frame.Length) Flush();
        RecordCodec.Write(_frame.AsSpan(_used), header, payload);
        _used += whole;
        Records++;
        return true;
    }

    public void Report(VolumeFault fault)
    {
        if (fault.Session is { } session && session != want.Session) return;
        bool known = fault.LastFileIndex > 0; // the first is 0 where nothing came before the loss
        if (!known) Add(0, fault.Text);
        foreach (FileIndexRange range in known ? want.Ranges : [])
            for (long index = Math.Max(range.First, fault.FirstFileIndex); index <= Math.Min(range.Last, fault.LastFileIndex); index++)
                if (!Add(index, fault.Text)) return;
    }

    /// <summary>Nothing more of the session can be read.</summary>
    public void Fail(string reason) => Add(0, reason);

    public void Flush()
    {
        if (_used == 0) return;
        long began = clock.GetTimestamp();
        channel.Send(FrameKind.Records, _frame.AsSpan(0, _used));
        Sending += clock.GetElapsedTime(began);
        _used = 0;
    }

    private bool Add(long fileIndex, string reason)
    {
        if (_faults.Count >= FaultsMax) return false;
        _faults.Add(new ServeFault(want.Session, fileIndex,
            _faults.Count == FaultsMax - 1 ? "there are more faults than are listed" : reason));
        return true;
    }
}
