using Backup.Messages.Values;

namespace Backup.Filesets.Select;

/// <summary>
/// Shell patterns on bytes: '*' and '?' stop at '/', '**' does not, [a-z] and [!a-z] are classes, a backslash takes the next byte as it
/// is.
/// </summary>
internal static class Wildcard
{
    /// <summary>True where the whole text matches. Linear but for the backtracking to the last star of each kind.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int p = 0, t = 0;
        int star = -1, starText = 0, deep = -1, deepText = 0;
        while (t < text.Length || p < pattern.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                if (p + 1 < pattern.Length && pattern[p + 1] == '*')
                {
                    (deep, deepText, star) = (p + 2, t, -1);
                    p += 2;
                }
                else (star, starText, p) = (p + 1, t, p + 1);
                continue;
            }
            if (t < text.Length && p < pattern.Length && MatchesOne(pattern, ref p, text[t]))
            {
                t++;
                continue;
            }
            if (star >= 0 && starText < text.Length && text[starText] != BytePath.Slash) (p, t) = (star, ++starText);
            else if (deep >= 0 && deepText < text.Length) (p, t, star) = (deep, ++deepText, -1);
            else return false;
        }
        return true;
    }

    /// <summary>Does the pattern's next element match the byte? Moves behind the element where it does.</summary>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int p, byte value)
    {
        switch (pattern[p])
        {
            case (byte)'?' when value != BytePath.Slash:
                p++;
                return true;
            case (byte)'?':
                return false;
            case (byte)'[' when ClassEnd(pattern, p) is int end and > 0:
                if (value == BytePath.Slash || !IsInClass(pattern[(p + 1)..end], value)) return false;
                p = end + 1;
                return true;
            case (byte)'\\' when p + 1 < pattern.Length:
                if (pattern[p + 1] != value) return false;
                p += 2;
                return true;
            default:
                if (pattern[p] != value) return false;
                p++;
                return true;
        }
    }

    /// <summary>Position of the bracket that ends a class, 0 where none does (the bracket then stands for itself).</summary>
    private static int ClassEnd(ReadOnlySpan<byte> pattern, int start)
    {
        int from = start + 1;
        if (from < pattern.Length && pattern[from] is (byte)'!' or (byte)'^') from++;
        if (from >= pattern.Length) return 0;
        int end = pattern[(from + 1)..].IndexOf((byte)']');
        return end < 0 ? 0 : from + 1 + end;
    }

    private static bool IsInClass(ReadOnlySpan<byte> members, byte value)
    {
        bool negated = members[0] is (byte)'!' or (byte)'^';
        if (negated) members = members[1..];
        bool found = false;
        for (int i = 0; i < members.Length; i++)
        {
            if (i + 2 < members.Length && members[i + 1] == '-')
            {
                found |= value >= members[i] && value <= members[i + 2];
                i += 2;
            }
            else found |= members[i] == value;
        }
        return found != negated;
    }
}
