using Backup.Messages.Sessions;
using Backup.Volumes.Labels;
using Backup.Volumes.Trees;

namespace Backup.Volumes.Reader;

/// <summary>One data block of a session: the file indexes that may have something in it, inclusive.</summary>
internal readonly record struct BlockRow(long Block, long FirstFileIndex, long LastFileIndex);

/// <summary>A block table into rows, and which of them a restore needs.</summary>
internal static class BlockRows
{
    public static List<BlockRow> Read(BlockTable table)
    {
        var rows = new List<BlockRow>();
        var blocks = new NumberColumn(table.Blocks);
        var files = new NumberColumn(table.FileIndexes);
        long block = 0, file = 0;
        int count = table.Blocks.Count(b => b < 0x80);
        for (int i = 0; i < count; i++)
        {
            block = unchecked(block + (long)blocks.Next());
            file = unchecked(file + files.NextSigned());
            if (rows.Count > 0) rows[^1] = rows[^1] with { LastFileIndex = file };
            rows.Add(new BlockRow(block, file, table.LastFileIndex));
        }
        return rows;
    }

    public static bool IsWanted(this IReadOnlyList<FileIndexRange> ranges, long first, long last)
    {
        foreach (FileIndexRange range in ranges)
            if (range.First <= last && first <= range.Last) return true;
        return false;
    }
}
