using System.Collections.Concurrent;
using System.Globalization;
using Backup.Messages.Drives;

namespace Backup.TestKit.Media;

/// <summary>A drive whose operations are noted with how they ended, one line each.</summary>
public sealed class LoggedDrive(IDrive drive) : IDrive
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>What was asked of it so far, any thread.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public string Name => drive.Name;
    public DrivePosition Position => drive.Position;
    public DriveStatus Status => drive.Status;
    public BlockSizeRange BlockSizes => drive.BlockSizes;
    public long? Capacity => drive.Capacity;
    public MoveAnswer Load(string medium, DriveAccess access) => Noted($"load {medium}", drive.Load(medium, access));
    public MoveAnswer Unload() => drive.Unload();
    public void SetBlockSize(int bytes) => drive.SetBlockSize(bytes);
    public MoveAnswer Rewind() => Noted("rewind", drive.Rewind());
    public MoveAnswer Locate(long block) => Noted(string.Create(CultureInfo.InvariantCulture, $"locate {block}"), drive.Locate(block));
    public MoveAnswer SpaceFilemarks(int count) => Noted("space marks", drive.SpaceFilemarks(count));
    public MoveAnswer SpaceBlocks(int count) => Noted("space blocks", drive.SpaceBlocks(count));
    public MoveAnswer SpaceToEndOfData() => Noted("space to end", drive.SpaceToEndOfData());

    public WriteAnswer Write(ReadOnlySpan<byte> block)
    {
        long place = drive.Position.Block;
        WriteAnswer answer = drive.Write(block);
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"write {place} {answer.Outcome}"));
        return answer;
    }

    public WriteAnswer WriteFilemarks(int count)
    {
        WriteAnswer answer = drive.WriteFilemarks(count);
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"marks {count} {answer.Outcome}"));
        return answer;
    }

    public ReadAnswer Read(Span<byte> buffer)
    {
        ReadAnswer answer = drive.Read(buffer);
        _lines.Enqueue($"read {answer.Outcome}");
        return answer;
    }

    public void Dispose() => drive.Dispose();

    private MoveAnswer Noted(string what, MoveAnswer answer)
    {
        _lines.Enqueue(answer.Moved ? what : what + " refused");
        return answer;
    }
}
