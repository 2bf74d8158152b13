using System.Text;

namespace Backup.Configuration.Resources;

/// <summary>
/// A command written as one text, split into a program and its arguments without any shell: at spaces, but not within '...' or "...";
/// a backslash takes the next character as it is, also within "...". Nothing else has a meaning: no $, no *, no |.
/// </summary>
public static class CommandWords
{
    /// <summary>Throws FormatException for a quote that is not closed or a backslash at the end.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var word = new StringBuilder();
        bool isWord = false;
        char quote = '\0';
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                if (isWord) words.Add(word.ToString());
                word.Clear();
                isWord = false;
                continue;
            }
            isWord = true;
            if (letter == '\\' && quote != '\'')
            {
                if (++at == text.Length) throw new FormatException($"'{text}' ends with a backslash");
                word.Append(text[at]);
            }
            else if (letter == quote) quote = '\0';
            else if (quote == '\0' && letter is ('\'' or '"')) quote = letter;
            else word.Append(letter);
        }
        if (quote != '\0') throw new FormatException($"'{text}': the quote {quote} is not closed");
        if (isWord) words.Add(word.ToString());
        return words;
    }
}
