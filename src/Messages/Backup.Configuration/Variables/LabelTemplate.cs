using System.Globalization;
using Backup.Configuration.Resources;

namespace Backup.Configuration.Variables;

/// <summary>A label format that draws from Counter resources: "Full-%(Counter:full:4)". It takes no other variables.</summary>
public sealed class LabelTemplate
{
    private readonly TemplateText _text;

    private LabelTemplate(TemplateText text) => _text = text;

    /// <summary>The counters that a name draws from, each once.</summary>
    public IEnumerable<string> Counters => _text.Parts.OfType<CounterPart>().Select(part => part.Counter).Distinct();

    /// <summary>True for a label format that is one of these; else it has a counter of its own, "{0001}".</summary>
    public static bool IsOne(string labelFormat)
    {
        ArgumentNullException.ThrowIfNull(labelFormat);
        return labelFormat.Contains('%', StringComparison.Ordinal);
    }

    /// <summary>Throws FormatException with what would be right.</summary>
    public static LabelTemplate Parse(string labelFormat)
    {
        var text = TemplateText.Parse(labelFormat);
        if (text.Parts.OfType<VariablePart>().FirstOrDefault() is { } other)
            throw new FormatException($"'%({other.Name})' is no part of a volume's name; a label format takes %(Counter:NAME) alone");
        if (!text.Parts.OfType<CounterPart>().Any())
            throw new FormatException($"'{labelFormat}' needs a counter; for example \"Vol-%(Counter:daily:4)\"");
        string longest = text.Expand(_ => new string('0', CounterPart.WidthMax));
        return KeyType.IsName(longest)
            ? new LabelTemplate(text)
            : throw new FormatException($"'{labelFormat}': a volume's name has letters, digits, '.', '_', '-'"
                + $" and at most {KeyType.NameCharactersMax} of them");
    }

    /// <summary>The name with a number of each counter in its place, drawn from left to right.</summary>
    public string Name(Func<string, long> draw) => _text.Expand(part => part is CounterPart counter
        ? draw(counter.Counter).ToString(CultureInfo.InvariantCulture).PadLeft(counter.Width, '0')
        : throw new FormatException($"{part} is no part of a volume's name"));
}
