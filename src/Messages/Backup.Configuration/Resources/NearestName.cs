namespace Backup.Configuration.Resources;

/// <summary>What a mistyped word was probably meant to be.</summary>
internal static class NearestName
{
    private const int NameCharactersMax = 128;

    /// <summary>"; nearest: NAME" where one is near, else "; known: ..." with all of them, or nothing where there is none.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        List<string> names = [.. known];
        string? nearest = names.Select(name => (Name: name, Distance: Distance(word, name)))
            .Where(near => near.Distance <= Math.Max(2, word.Length / 3))
            .OrderBy(near => near.Distance).Select(near => near.Name).FirstOrDefault();
        return nearest is not null ? $"; nearest: {nearest}" : names.Count > 0 ? $"; known: {string.Join(", ", names)}" : "";
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), case aside.</summary>
    private static int Distance(string left, string right)
    {
        if (left.Length > NameCharactersMax || right.Length > NameCharactersMax) return int.MaxValue;
        string a = left.ToUpperInvariant(), b = right.ToUpperInvariant();
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) table[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) table[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[a.Length, b.Length];
    }
}
