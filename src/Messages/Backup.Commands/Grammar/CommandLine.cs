using System.Text;

namespace Backup.Commands;

/// <summary>
/// A typed line ↔ words. Quotes, single or double, hold blanks; within double quotes <c>\"</c> and <c>\\</c> stand for the character;
/// elsewhere a backslash is itself.
/// </summary>
public static class CommandLine
{
    /// <summary>Characters of one line; a paste beyond it is a mistake.</summary>
    public const int MaximumCharacters = 256 * 1024;

    /// <summary>
    /// The words of a line. Throws <see cref="CommandUsageException"/> where a quote is not closed or the line is too long.
    /// </summary>
    public static IReadOnlyList<string> Split(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length > MaximumCharacters)
            throw new CommandUsageException($"the line has {line.Length:N0} characters; at most {MaximumCharacters:N0} are taken");
        var words = new List<string>();
        for (int at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at])) { at++; continue; }
            words.Add(ReadWord(line, ref at));
        }
        return words;
    }

    /// <summary>The word in a form that <see cref="Split"/> reads back.</summary>
    public static string Quote(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length > 0 && !word.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'')) return word;
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string stem = equals > 0 && word.AsSpan(0, equals).IndexOfAny(" \t\"'") < 0 ? word[..(equals + 1)] : "";
        string escaped = word[stem.Length..]
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"{stem}\"{escaped}\"";
    }

    private static string ReadWord(string line, ref int at)
    {
        var word = new StringBuilder();
        while (at < line.Length && !char.IsWhiteSpace(line[at]))
        {
            if (line[at] is '"' or '\'') ReadQuoted(line, ref at, word);
            else word.Append(line[at++]);
        }
        return word.ToString();
    }

    private static void ReadQuoted(string line, ref int at, StringBuilder word)
    {
        int opened = at;
        char quote = line[at++];
        while (at < line.Length && line[at] != quote)
        {
            bool escaped = quote == '"' && line[at] == '\\' && at + 1 < line.Length && line[at + 1] is '"' or '\\';
            if (escaped) at++;
            word.Append(line[at++]);
        }
        if (at == line.Length) throw new CommandUsageException($"the quote {quote} at column {opened + 1} is never closed");
        at++;
    }
}
