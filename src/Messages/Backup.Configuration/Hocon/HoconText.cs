using System.Globalization;
using System.Text;

namespace Backup.Configuration.Hocon;

/// <summary>Values back to HOCON, on one line: what is written here is read as the same value.</summary>
internal static class HoconText
{
    public static string Of(HoconValue value) => value switch
    {
        HoconScalar scalar => Text(scalar.Text),
        HoconArray array => $"[{string.Join(", ", array.Items.Select(Of))}]",
        HoconObject fields => $"{{ {string.Join(", ", fields.Fields.Select(field => $"{Key(field.Name)} = {Of(field.Value)}"))} }}",
        _ => throw new System.Diagnostics.UnreachableException($"{value.GetType().Name} is resolved before it is shown"),
    };

    public static string Key(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? name : Quoted(name);

    private static string Text(string text)
    {
        bool plain = text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or ' ')
            && !text.Contains("//", StringComparison.Ordinal) && text.Trim().Length == text.Length;
        return plain ? text : Quoted(text);
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in text)
        {
            if (letter is '"' or '\\') quoted.Append('\\').Append(letter);
            else if (char.IsControl(letter)) quoted.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
            else quoted.Append(letter);
        }
        return quoted.Append('"').ToString();
    }
}
