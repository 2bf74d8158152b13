using System.Globalization;
using System.Text.RegularExpressions;
using Backup.Configuration.Hocon;
using Backup.Configuration.Variables;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;

namespace Backup.Configuration.Resources;

/// <summary>
/// How the value of a key is read. Words is how the reference page calls it. Read throws FormatException with what is wrong; the place is
/// the caller's
/// to add. A list reads item by item, so that each mistake has its own place.
/// </summary>
internal sealed record KeyType(string Words, Func<string, object> Read)
{
    public const int NameCharactersMax = 64;
    private const int TextCharactersMax = 4096;

    /// <summary>What a name may be, for whoever gave another.</summary>
    public const string NameRule =
        "a name has letters, digits, '.', '_', '-', begins with a letter or digit and has at most 64 characters";

    /// <summary>Array of this type; a single value is an array of one.</summary>
    public bool IsList { get; init; }

    /// <summary>Reads an item that is an object; mistakes in it are told with their own places. Null: items are single values.</summary>
    public Func<HoconObject, Action<SourcePosition, string>, object?>? ReadObject { get; init; }

    /// <summary>The kind of resource that the value names, where it names one.</summary>
    public string? Refers { get; init; }

    /// <summary>The value is shown to nobody.</summary>
    public bool IsSecret { get; init; }

    public static readonly KeyType Text = new("text", NotEmpty);
    public static readonly KeyType Boolean = new("yes or no", text => ReadBoolean(text));
    public static readonly KeyType Size = new("size", text => Quantities.ParseSize(text));
    public static readonly KeyType Duration = new("duration", text => Quantities.ParseDuration(text));
    public static readonly KeyType Endpoint = new("host:port", ReadEndpoint);
    public static readonly KeyType LabelFormat = new("label format", ReadLabelFormat);
    public static readonly KeyType AbsolutePath = new("absolute path", ReadAbsolutePath);
    public static readonly KeyType SelectionRule = new("rule", ReadRule);

    public static KeyType Number(int least, int most) => new($"number, {least} to {most}", text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is no whole number from {least} to {most}"));

    public static KeyType Word<T>(params T[] words) where T : struct, Enum => new(string.Join(", ", words), text =>
    {
        foreach (T word in words)
            if (word.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) return word;
        throw new FormatException($"'{text}' is not known here{NearestName.Hint(text, words.Select(word => word.ToString()))}");
    });

    /// <summary>Words of an enum in lower case with hyphens: "cancel-queued".</summary>
    public static readonly KeyType Duplicates = Hyphenated<DuplicateRule>();

    public static KeyType Hyphenated<T>() where T : struct, Enum
    {
        Dictionary<string, T> words = Enum.GetValues<T>().ToDictionary(word =>
            Regex.Replace(word.ToString(), "(?<!^)([A-Z])", "-$1").ToLowerInvariant(), word => word, StringComparer.OrdinalIgnoreCase);
        return new(string.Join(", ", words.Keys), text => words.TryGetValue(text, out T word)
            ? word
            : throw new FormatException($"'{text}' is not known here{NearestName.Hint(text, words.Keys)}"));
    }

    public static KeyType NameOf(string kind) => new($"name of a {kind}", NotEmpty) { Refers = kind };

    /// <summary>The name of a resource that may stand in another file.</summary>
    public static readonly KeyType ForeignName = new("name", text =>
        IsName(text) ? text : throw new FormatException($"'{text}': {NameRule}"));

    /// <summary>A key that is known and not served: whatever it says is refused with this text.</summary>
    public static KeyType Refused(string words, string why) => new(words, _ => throw new FormatException(why));

    public static KeyType ListOf(KeyType type) => type with { Words = $"list: {type.Words}", IsList = true };

    /// <summary>Names of resources: they become names of files, labels and actors.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameCharactersMax && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private static string NotEmpty(string text) => text.Length is > 0 and <= TextCharactersMax
        ? text
        : throw new FormatException(text.Length == 0 ? "the value is empty"
            : $"the value has {text.Length} characters; at most {TextCharactersMax}");

    private static bool ReadBoolean(string text) => text switch
    {
        "yes" or "true" or "on" => true,
        "no" or "false" or "off" => false,
        _ => throw new FormatException($"'{text}' is neither yes nor no"),
    };

    private static string ReadEndpoint(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (!text[..colon].Contains(':', StringComparison.Ordinal) || (text[0] == '[' && text[colon - 1] == ']'))
            ? text
            : throw new FormatException($"'{text}' is no host:port; for example \"127.0.0.1:9103\"");
    }

    private static string ReadAbsolutePath(string text) =>
        !text.StartsWith('/') ? throw new FormatException($"'{text}' does not begin with '/'")
        : (text + '/').Contains("/../", StringComparison.Ordinal) ? throw new FormatException($"'{text}' contains '..'")
        : text;

    private static string ReadLabelFormat(string text)
    {
        if (LabelTemplate.IsOne(text))
        {
            _ = LabelTemplate.Parse(text);
            return text;
        }
        MatchCollection counters = Regex.Matches(text, @"\{0*1\}");
        if (counters.Count != 1) throw new FormatException($"'{text}' needs one counter, its digits the width;"
            + " for example \"Vol-{0001}\"");
        string around = text.Remove(counters[0].Index, counters[0].Length);
        bool fits = around.Length + counters[0].Length <= NameCharactersMax;
        return fits && IsName(text.Replace(counters[0].Value, "1", StringComparison.Ordinal))
            ? text
            : throw new FormatException($"'{text}': a volume's name has letters, digits, '.', '_', '-'"
                + $" and at most {NameCharactersMax} of them");
    }

    private static SelectionRule ReadRule(string text)
    {
        string[] words = text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        bool? include = words is [] ? null : words[0] switch { "include" => true, "exclude" => false, _ => null };
        if (include is null || words.Length < 3 || !Enum.TryParse(words[1], ignoreCase: true, out PatternKind kind)
            || char.IsAsciiDigit(words[1][0]))
            throw new FormatException($"'{text}' is no rule; a rule is \"exclude|include path|wildcard|regex PATTERN\"");
        if (kind == PatternKind.Path) ReadAbsolutePath(words[2]);
        if (kind == PatternKind.Regex) CheckRegex(words[2]);
        return new SelectionRule(include.Value, kind, words[2]);
    }

    private static void CheckRegex(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{pattern}' is no regular expression: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
