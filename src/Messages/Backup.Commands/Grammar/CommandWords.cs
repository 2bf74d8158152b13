using Backup.Messages.Values;

namespace Backup.Commands;

/// <summary>
/// Finds a typed word among known ones. A beginning counts where only one known word has it; anything else is refused with the nearest.
/// </summary>
public static class CommandWords
{
    private const int LongestShown = 60;

    /// <summary>One letter is no word: too easily it would come to mean another as the table grows.</summary>
    private const int ShortestBeginning = 2;

    /// <summary>The known words that a typed one may stand for: the exact one, its plural, or all that begin with it.</summary>
    public static IReadOnlyList<string> Match(string typed, IReadOnlyList<string> known)
    {
        string lower = typed.ToLowerInvariant();
        if (known.FirstOrDefault(word => word == lower) is { } exact) return [exact];
        if (lower.Length >= ShortestBeginning && known.FirstOrDefault(word => word == lower + "s") is { } plural) return [plural];
        return lower.Length < ShortestBeginning ? [] : [.. known.Where(word => word.StartsWith(lower, StringComparison.Ordinal))];
    }

    /// <summary>The one known word meant. Kind completes "'x' is no ..."; more is added to the sentence.</summary>
    internal static string Resolve(string typed, IReadOnlyList<string> known, string kind, string more)
    {
        IReadOnlyList<string> matches = Match(typed, known);
        if (matches.Count == 1) return matches[0];
        if (matches.Count > 1)
            throw new CommandUsageException($"'{Show(typed)}' could be {string.Join(" or ", matches)}; type more of it");
        IReadOnlyList<string> near = Nearest(typed, known);
        string hint = near.Count > 0 ? $"; did you mean {string.Join(" or ", near)}?"
            : more.Length > 0 ? more : $"; one of: {string.Join(", ", known)}";
        throw new CommandUsageException($"'{Show(typed)}' is no {kind}{hint}");
    }

    /// <summary>
    /// Known words at most a third of their letters away (a letter more, less, other, or two swapped), the nearest first, at most three.
    /// </summary>
    public static IReadOnlyList<string> Nearest(string typed, IReadOnlyList<string> known)
    {
        string lower = typed.ToLowerInvariant();
        if (lower.Length > LongestShown) return [];
        return
        [
            .. known.Select(word => (Word: word, Distance: Distance(lower, word)))
                .Where(found => found.Distance <= Math.Max(1, found.Word.Length / 3)
                    || (lower.Length >= ShortestBeginning && found.Word.StartsWith(lower[..ShortestBeginning], StringComparison.Ordinal)))
                .OrderBy(found => found.Distance).Select(found => found.Word).Take(3),
        ];
    }

    /// <summary>What was typed, safe and short enough to be said back.</summary>
    public static string Show(string typed)
    {
        string shown = ByteText.Show(System.Text.Encoding.UTF8.GetBytes(typed.Length > LongestShown ? typed[..LongestShown] : typed));
        return typed.Length > LongestShown ? shown + "..." : shown;
    }

    /// <summary>Optimal string alignment distance.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(change, 1 + Math.Min(rows[i - 1, j], rows[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[a.Length, b.Length];
    }
}
