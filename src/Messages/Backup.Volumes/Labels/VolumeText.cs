using System.Text;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.Volumes.Blocks;
using Backup.Volumes.Records;

namespace Backup.Volumes.Labels;

/// <summary>The first block of a volume, and the description of the format that travels with it.</summary>
public static class VolumeText
{
    public const int FormatVersion = 0;

    private const string Resource = "volume.md";

    /// <summary>docs/formats/volume.md as it was when this program was built.</summary>
    public static byte[] FormatDescription()
    {
        using Stream stream = typeof(VolumeText).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is not in the assembly");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>What a stranger reads first, padded with newlines to <see cref="BlockCodec.LabelTextBytes"/>.</summary>
    internal static byte[] Greeting(VolumeLabel label)
    {
        string text =
            "THIS IS A VOLUME OF A BACKUP SYSTEM. DO NOT OVERWRITE IT: IT HOLDS SAVED FILES.\n\n"
            + $"Volume name:    {Shortened(label.Name)}\n"
            + $"Written by:     backup {Shortened(label.SoftwareVersion)} on host {Shortened(label.HostName)}\n"
            + $"Labelled:       {label.Labelled} (UTC)\n"
            + $"Format version: {label.FormatVersion}; block size {label.BlockSize} bytes\n\n"
            + "How to read it: a complete description of the format, enough to write a program\n"
            + "that restores the files, stands in plain text in the next blocks of this volume.\n"
            + "Blocks begin with BKUPBLK; records carry a type, a length and named fields (CBOR).\n";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var greeting = new byte[BlockCodec.LabelTextBytes];
        greeting.AsSpan().Fill((byte)'\n');
        bytes.AsSpan(0, Math.Min(bytes.Length, greeting.Length - 1)).CopyTo(greeting);
        return greeting;
    }

    private static string Shortened(string text) => ByteText.Show(Encoding.UTF8.GetBytes(text.Length > 100 ? text[..100] : text));

    internal static byte[] WholeRecord(RecordType type, ReadOnlySpan<byte> payload)
    {
        var record = new byte[RecordHeader.Size + payload.Length];
        RecordCodec.Write(record, new RecordHeader(type, RecordFlags.None, payload.Length, 0, 0), payload);
        return record;
    }

    /// <summary>A record of neither lane whose payload is a CBOR map.</summary>
    internal static byte[] Record<T>(RecordType type, T value) where T : notnull => WholeRecord(type, CborMap.Encode(value));
}
