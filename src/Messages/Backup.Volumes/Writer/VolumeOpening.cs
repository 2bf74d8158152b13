using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;

namespace Backup.Volumes.Writer;

/// <summary>Loading a medium and reading or writing its label: the same for writer and reader.</summary>
internal static class VolumeOpening
{
    /// <summary>Loads and checks; throws one of the exceptions of this folder. The drive stands behind the first block.</summary>
    public static VolumeLabel Open(IDrive drive, string name, VolumeLifeId? life, DriveAccess access)
    {
        MoveAnswer load = drive.Load(name, access);
        if (!load.Moved) throw new VolumeException($"{drive.Name}: volume {name} cannot be loaded: {load.Reason}");
        bool opened = false;
        try
        {
            VolumeLabel label = access == DriveAccess.Read ? LabelToRead(drive, name, life) : ReadLabel(drive, name);
            if (label.Name != name) throw new WrongVolumeException(
                $"{drive.Name}: the medium is volume {label.Name}, not {name}: load {name}");
            if (life is { } asked && label.Life != asked)
                throw new WrongVolumeException($"{drive.Name}: volume {name} was labelled anew: its life is {label.Life}, not {asked}");
            RequireFit(drive, label);
            drive.SetBlockSize(label.BlockSize);
            opened = true;
            return label;
        }
        finally
        {
            if (!opened) drive.Unload();
        }
    }

    /// <summary>Where the label is damaged what is left of it is enough to read.</summary>
    private static VolumeLabel LabelToRead(IDrive drive, string name, VolumeLifeId? life)
    {
        try
        {
            return ReadLabel(drive, name);
        }
        catch (VolumeException e) when (e is not (BlankVolumeException or NewerFormatException))
        {
            if (LabelSalvage.Find(drive, name, life) is { } label) return label;
            throw;
        }
    }

    private static VolumeLabel ReadLabel(IDrive drive, string name)
    {
        using var buffer = new AlignedBuffer(BlockCodec.LabelBlockMax);
        ReadAnswer answer = drive.Read(buffer.Span);
        ReadOnlySpan<byte> block = buffer.Span[..(answer.Outcome == ReadOutcome.Block ? answer.Length : 0)];
        switch (answer.Outcome)
        {
            case ReadOutcome.EndOfData or ReadOutcome.Filemark:
                throw new BlankVolumeException($"{drive.Name}: medium {name} is blank: label it first");
            case ReadOutcome.Failed:
                throw new VolumeException($"{drive.Name}: the label of {name} cannot be read: {answer.Reason}");
            case ReadOutcome.TooLong:
                throw new ForeignVolumeException($"{drive.Name}: medium {name} is no volume of this system: it begins with a longer block");
        }
        if (!block.ContainsAnyExcept((byte)0)) throw new BlankVolumeException($"{drive.Name}: medium {name} is blank: label it first");
        return BlockCodec.TryOpen(block, BlockCodec.LabelTextBytes, out BlockHeader header, out ReadOnlySpan<byte> payload) switch
        {
            BlockState.Good => DecodeLabel(drive, name, header, payload),
            BlockState.NewerVersion => throw new NewerFormatException(
                $"{drive.Name}: volume {name} is of a newer format: read it with a newer version"),
            BlockState.Damaged => throw new DamagedVolumeException(
                $"{drive.Name}: the label of volume {name} is damaged (checksum): it can be read, and not be written to"),
            _ => throw new ForeignVolumeException($"{drive.Name}: medium {name} is no volume of this system: it is left alone"),
        };
    }

    private static VolumeLabel DecodeLabel(IDrive drive, string name, in BlockHeader header, ReadOnlySpan<byte> payload)
    {
        try
        {
            var fragments = new FragmentCursor(payload);
            if (!fragments.Next()) throw new VolumeFormatException("the first block is empty");
            var records = new RecordCursor(fragments.Bytes);
            if (!records.Next() || records.Header.Type != RecordType.VolumeLabel)
                throw new VolumeFormatException("the first record is no label");
            VolumeLabel label = CborMap.Decode<VolumeLabel>(records.Payload.ToArray());
            if (label.FormatVersion > VolumeText.FormatVersion)
                throw new NewerFormatException(
                    $"{drive.Name}: volume {name} has format {label.FormatVersion}: this version reads up to {VolumeText.FormatVersion}");
            if (label.Life != header.Life || header.Number != 0 || !BlockCodec.IsBlockSize(label.BlockSize))
                throw new VolumeFormatException("the label contradicts its block");
            return label;
        }
        catch (FormatException e)
        {
            throw new DamagedVolumeException($"{drive.Name}: the label of volume {name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes first block, format description and filemark on a medium of the label's name, and unloads it.</summary>
    public static void Label(IDrive drive, VolumeLabel label)
    {
        if (!BlockCodec.IsBlockSize(label.BlockSize))
            throw new VolumeException($"volume {label.Name}: a block size of {label.BlockSize} is no multiple of 4096 "
                + $"from {BlockCodec.SizeMin} to {BlockCodec.SizeMax}");
        RequireFit(drive, label);
        MoveAnswer load = drive.Load(label.Name, DriveAccess.Create);
        if (!load.Moved) throw new VolumeException($"{drive.Name}: volume {label.Name} cannot be made: {load.Reason}");
        MoveAnswer unload;
        try
        {
            WriteLabel(drive, label);
        }
        finally
        {
            unload = drive.Unload();
        }
        if (!unload.Moved) throw new VolumeException($"{drive.Name}: volume {label.Name} cannot be closed: {unload.Reason}");
    }

    /// <summary>A drive that cannot take the volume's blocks would fail in the middle of them.</summary>
    private static void RequireFit(IDrive drive, VolumeLabel label)
    {
        BlockSizeRange takes = drive.BlockSizes;
        bool fits = label.BlockSize <= takes.Max
            && (label.BlockSizeMin == VolumeLabel.BlockSizeMinUnknown || label.BlockSizeMin >= takes.Min);
        if (fits) return;
        string from = label.BlockSizeMin == VolumeLabel.BlockSizeMinUnknown ? "any length" : $"{label.BlockSizeMin}";
        throw new VolumeException($"{drive.Name}: volume {label.Name} has blocks of {from} to {label.BlockSize} bytes, and the drive takes "
            + $"{takes.Min} to {takes.Max}: use a drive that takes them, or for new volumes another block-size");
    }

    private static void WriteLabel(IDrive drive, VolumeLabel label)
    {
        using var first = new BlockBuilder(BlockCodec.LabelBlockMax, BlockCodec.LabelTextBytes);
        VolumeText.Greeting(label).CopyTo(first.Memory);
        byte[] record = VolumeText.Record(RecordType.VolumeLabel, label);
        if (first.Put(default, 0, record, 0, 0) != record.Length)
            throw new VolumeException($"volume {label.Name}: its label is longer than the first block");
        Expect(drive, label, drive.Write(first.Seal(BlockFlags.Label, label.Life, 0, 0)));
        drive.SetBlockSize(label.BlockSize);
        using var block = new BlockBuilder(label.BlockSize);
        byte[] text = VolumeText.WholeRecord(RecordType.FormatText, VolumeText.FormatDescription());
        long number = 1;
        ushort part = 0;
        for (int done = 0; done < text.Length; part++)
        {
            done += block.Put(default, 0, text, done, part);
            Expect(drive, label, drive.Write(block.Seal(BlockFlags.None, label.Life, number++, 0)));
            block.Clear();
        }
        Expect(drive, label, drive.WriteFilemarks(1));
    }

    private static void Expect(IDrive drive, VolumeLabel label, WriteAnswer answer)
    {
        if (answer.Outcome != WriteOutcome.Written)
            throw new VolumeException($"{drive.Name}: volume {label.Name} cannot be labelled: {answer.Reason ?? "the medium is full"}");
    }
}
