using Backup.Messages.Drives;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;

namespace Backup.Volumes.Reader;

internal enum Found
{
    Block,
    Filemark,
    EndOfData,
    Bad,
}

/// <summary>Blocks off a drive, each checked for what it says of itself and for standing where it stands. One thread.</summary>
internal sealed class BlockSource(IDrive drive, VolumeLabel label) : IDisposable
{
    private readonly AlignedBuffer _buffer = new(Math.Max(label.BlockSize, BlockCodec.LabelBlockMax));
    private int _payloadAt;
    private int _payloadLength;

    /// <summary>The place read last, and the one that is next.</summary>
    public long Number { get; private set; } = -1;
    public long Next { get; private set; } = -1;
    public BlockHeader Header { get; private set; }
    public VolumeFault? Fault { get; private set; }

    /// <summary>Of the good block read last.</summary>
    public ReadOnlySpan<byte> Payload => _buffer.Span.Slice(_payloadAt, _payloadLength);

    /// <summary>Blocks read since the beginning.</summary>
    public long Blocks { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of places on the medium.</summary>
    public long FindEnd()
    {
        MoveAnswer answer = drive.SpaceToEndOfData();
        if (!answer.Moved || drive.Position.Block < 0)
            throw new Writer.VolumeException($"volume {label.Name}: the end of its data cannot be found: {answer.Reason}");
        return Next = drive.Position.Block;
    }

    public bool Seek(long number)
    {
        if (Next == number) return true;
        bool moved = number == 0 ? drive.Rewind().Moved : drive.Locate(number).Moved;
        Next = moved ? number : -1;
        return moved;
    }

    public Found Read()
    {
        Number = Next;
        Fault = null;
        ReadAnswer answer = drive.Read(_buffer.Span);
        switch (answer.Outcome)
        {
            case ReadOutcome.EndOfData:
                return Found.EndOfData;
            case ReadOutcome.Filemark:
                Next++;
                return Found.Filemark;
            case ReadOutcome.Block:
                Next++;
                Blocks++;
                Bytes += answer.Length;
                return Check(_buffer.Span[..answer.Length]);
            case ReadOutcome.TooLong:
                Next++;
                return Bad(FaultKind.Damaged, $"is longer than the volume's blocks of {label.BlockSize} bytes");
            default:
                bool over = Seek(Number + 1); // a medium error leaves the position: one block forward steps over it
                return over ? Bad(FaultKind.Unreadable, $"cannot be read: {answer.Reason}") : Found.EndOfData;
        }
    }

    private Found Check(ReadOnlySpan<byte> block)
    {
        int at = Number == 0 ? BlockCodec.LabelTextBytes : 0;
        BlockState state = BlockCodec.TryOpen(block, at, out BlockHeader header, out ReadOnlySpan<byte> payload);
        Header = header;
        if (state == BlockState.NoBlock) return Bad(FaultKind.Damaged, "does not begin as a block does");
        if (state == BlockState.NewerVersion) return Bad(FaultKind.Damaged, "is of a newer version");
        if (state == BlockState.Damaged) return Bad(FaultKind.Damaged, "has a wrong checksum");
        if (header.Life != label.Life) return Bad(FaultKind.Misplaced, $"is of another life of the medium ({header.Life})");
        if (header.Number != Number) return Bad(FaultKind.Misplaced, $"says it is block {header.Number}");
        (_payloadAt, _payloadLength) = (at + BlockHeader.Size, payload.Length);
        return Found.Block;
    }

    private Found Bad(FaultKind kind, string what)
    {
        Fault = new VolumeFault(kind, Number, null, 0, 0, $"volume {label.Name}: block {Number} {what}");
        return Found.Bad;
    }

    public void Dispose() => _buffer.Dispose();
}
