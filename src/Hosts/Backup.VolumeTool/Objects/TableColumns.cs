using System.Text.Json.Nodes;
using Backup.Volumes.Records;

namespace Backup.VolumeTool.Objects;

/// <summary>
/// The columns of a block table: each a run of varints that are differences to the one before, file indexes with their sign.
/// </summary>
internal sealed class TableColumns(JsonObject fields)
{
    /// <summary>Blocks in one table: far more than are written between two commit points.</summary>
    private const int RowsMax = 1 << 18;

    public IEnumerable<(long Block, long FileIndex, long Sequence)> Rows()
    {
        List<ulong> blocks = Column("blocks"), files = Column("fileIndexes"), sequences = Column("sequences");
        if (blocks.Count != files.Count || blocks.Count != sequences.Count)
            throw new VolumeFormatException($"a block table has columns of {blocks.Count}, {files.Count} and {sequences.Count} rows");
        var rows = new List<(long, long, long)>(blocks.Count);
        (long block, long file, long sequence) = (0, 0, 0);
        for (int row = 0; row < blocks.Count; row++)
        {
            block = unchecked(block + (long)blocks[row]);
            file = unchecked(file + ((long)(files[row] >> 1) ^ -(long)(files[row] & 1)));
            sequence = unchecked(sequence + (long)sequences[row]);
            rows.Add((block, file, sequence));
        }
        return rows;
    }

    /// <summary>Takes the column out of the fields.</summary>
    private List<ulong> Column(string name)
    {
        bool isThere = fields.Remove(name, out JsonNode? node);
        if (!isThere || node is not JsonValue text || !text.TryGetValue(out string? digits) || digits.Length % 2 != 0)
            throw new VolumeFormatException($"a block table has no column '{name}'");
        var values = new List<ulong>();
        (ulong value, int shift) = (0, 0);
        foreach (byte part in Convert.FromHexString(digits))
        {
            if (shift > 63 || values.Count == RowsMax) throw new VolumeFormatException($"the column '{name}' of a block table is too long");
            value |= (ulong)(part & 0x7f) << shift;
            shift += 7;
            if (part >= 0x80) continue;
            values.Add(value);
            (value, shift) = (0, 0);
        }
        return shift == 0 ? values : throw new VolumeFormatException($"the column '{name}' of a block table is cut off");
    }
}
