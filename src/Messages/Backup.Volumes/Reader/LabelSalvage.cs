using System.Globalization;
using System.Text;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;

namespace Backup.Volumes.Reader;

/// <summary>
/// Does without a damaged label, for reading: the life stands in every block, and the size of blocks is the one with which the blocks
/// behind the label and their filemark are where they must be.
/// </summary>
internal static class LabelSalvage
{
    private const int FormatBlocksMax = 16;

    /// <summary>What can be said of the volume: its name as it was asked for, life and block size, and nothing else; null where it cannot
    /// be told that it is the one.</summary>
    public static VolumeLabel? Find(IDrive drive, string name, VolumeLifeId? life)
    {
        using var buffer = new AlignedBuffer(BlockCodec.SizeMax);
        int? told = SizeInText(drive, buffer.Span);
        (int Size, VolumeLifeId Life)? likely = null;
        foreach (int size in Sizes(told))
        {
            if (LifeBehind(drive, size, buffer.Span, out bool isProven) is not { } found || (life is not null && found != life)) continue;
            if (isProven) return Label(size, found);
            if (likely?.Size != told) likely = (size, found);
        }
        return likely is { } one ? Label(one.Size, one.Life) : null;

        VolumeLabel Label(int size, VolumeLifeId of) => new(name, of, default, "", "", "", "", "", VolumeText.FormatVersion, size, default);
    }

    /// <summary>Nothing but name, life and block size is known.</summary>
    public static bool IsSalvaged(VolumeLabel label) => label.Installation == default;

    /// <summary>
    /// The largest first: a tape keeps lengths itself and takes any that is long enough, on a disk only the true one fits.
    /// </summary>
    private static IOrderedEnumerable<int> Sizes(int? told)
    {
        var sizes = new HashSet<int>();
        for (int size = BlockCodec.SizeMin; size <= BlockCodec.SizeMax; size *= 2) sizes.Add(size);
        if (told is { } one) sizes.Add(one);
        return sizes.OrderDescending();
    }

    private static int? SizeInText(IDrive drive, Span<byte> buffer)
    {
        if (!drive.Rewind().Moved || drive.Read(buffer) is not { Outcome: ReadOutcome.Block } answer) return null;
        Span<byte> greeting = buffer[..Math.Min(answer.Length, BlockCodec.LabelTextBytes)];
        string text = Encoding.Latin1.GetString(greeting);
        const string before = "block size ";
        int at = text.IndexOf(before, StringComparison.Ordinal);
        if (at < 0) return null;
        string digits = new([.. text.Skip(at + before.Length).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, CultureInfo.InvariantCulture, out int size) && BlockCodec.IsBlockSize(size) ? size : null;
    }

    /// <summary>Proven: behind the filemark, which another size might come upon by chance, a block stands where it must.</summary>
    private static VolumeLifeId? LifeBehind(IDrive drive, int size, Span<byte> buffer, out bool isProven)
    {
        isProven = false;
        drive.SetBlockSize(size);
        if (!drive.Locate(1).Moved) return null;
        VolumeLifeId? life = null;
        for (long place = 1; place <= FormatBlocksMax; place++)
        {
            ReadAnswer answer = drive.Read(buffer);
            if (answer.Outcome == ReadOutcome.Filemark)
            {
                isProven = LifeOf(drive.Read(buffer), buffer, place + 1) is { } behind && behind == life;
                return life;
            }
            if (LifeOf(answer, buffer, place) is not { } here || (life is not null && here != life)) return null;
            life = here;
        }
        return null;
    }

    private static VolumeLifeId? LifeOf(ReadAnswer answer, ReadOnlySpan<byte> buffer, long place) =>
        answer.Outcome == ReadOutcome.Block
        && BlockCodec.TryOpen(buffer[..answer.Length], 0, out BlockHeader header, out _) == BlockState.Good && header.Number == place
            ? header.Life
            : null;
}
