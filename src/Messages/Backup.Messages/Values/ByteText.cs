using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Backup.Messages.Values;

/// <summary>
/// Names are bytes. This is their one printable form: UTF-8 as it is, and every byte that is no part of valid UTF-8, every
/// control character and the backslash itself as <c>\xHH</c>. <see cref="Parse"/> takes it back to the same bytes.
/// </summary>
public static class ByteText
{
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        if (IsPlain(bytes)) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length + 16);
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (valid && rune.Value != '\\' && !IsHidden(rune)) text.Append(rune.ToString());
            else foreach (byte b in bytes[..used]) text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    /// <summary>The bytes of a printable form. A backslash that begins no <c>\xHH</c> stands for itself.</summary>
    public static byte[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('\\')) return Encoding.UTF8.GetBytes(text);
        var bytes = new MemoryStream(text.Length);
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x'
                && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte b))
            {
                bytes.WriteByte(b);
                i += 4;
                continue;
            }
            int end = text.IndexOf('\\', i + 1);
            if (end < 0) end = text.Length;
            bytes.Write(Encoding.UTF8.GetBytes(text[i..end]));
            i = end;
        }
        return bytes.ToArray();
    }

    private static bool IsPlain(ReadOnlySpan<byte> bytes) =>
        !bytes.ContainsAnyInRange((byte)0, (byte)0x1f) && !bytes.ContainsAny((byte)'\\', (byte)0x7f)
        && (System.Text.Ascii.IsValid(bytes) || (Utf8.IsValid(bytes) && !HasHidden(bytes)));

    private static bool HasHidden(ReadOnlySpan<byte> valid)
    {
        foreach (Rune rune in Encoding.UTF8.GetString(valid).EnumerateRunes())
            if (IsHidden(rune)) return true;
        return false;
    }

    /// <summary>Runes that would act on a terminal or hide in a listing: controls, and the format marks that turn text around.</summary>
    private static bool IsHidden(Rune rune) =>
        Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
