using System.Globalization;
using System.Text;
using Backup.Configuration.Resources;

namespace Backup.Configuration.Variables;

/// <summary>A piece of a template.</summary>
public abstract record TemplatePart;

/// <summary>Text that stays as it is.</summary>
public sealed record LiteralPart(string Text) : TemplatePart;

/// <summary>%(Name), a name of <see cref="TemplateVariables"/>.</summary>
public sealed record VariablePart(string Name) : TemplatePart;

/// <summary>%(Counter:NAME), %(Counter:NAME:WIDTH): the next value of that Counter resource, with zeros before it up to so many
/// digits.</summary>
public sealed record CounterPart(string Counter, int Width = 1) : TemplatePart
{
    /// <summary>As many digits as a counter's value may have.</summary>
    public const int WidthMax = 10;
}

/// <summary>
/// Text with named variables. A percent sign before anything but a letter, '(' or another percent sign is one; '%%' always is.
/// </summary>
public sealed class TemplateText
{
    private TemplateText(string written, IReadOnlyList<TemplatePart> parts)
    {
        Written = written;
        Parts = parts;
    }

    /// <summary>As it was written.</summary>
    public string Written { get; }

    public IReadOnlyList<TemplatePart> Parts { get; }

    /// <summary>Throws FormatException with what would be right: for an unknown name, an old letter, an open bracket.</summary>
    public static TemplateText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<TemplatePart>();
        var literal = new StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            char next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] != '%' || !(next is '%' or '(' || char.IsAsciiLetter(next)))
            {
                literal.Append(text[at]);
                continue;
            }
            if (next == '%')
            {
                literal.Append('%');
                at++;
                continue;
            }
            if (next != '(') throw new FormatException(OldLetter(next));
            int end = text.IndexOf(')', at);
            if (end < 0) throw new FormatException($"'{text[at..]}': the bracket is not closed; a variable is written %(JobId)");
            if (literal.Length > 0) parts.Add(new LiteralPart(literal.ToString()));
            literal.Clear();
            parts.Add(Named(text[(at + 2)..end]));
            at = end;
        }
        if (literal.Length > 0) parts.Add(new LiteralPart(literal.ToString()));
        return new TemplateText(text, parts);
    }

    /// <summary>The text with a value in the place of each variable.</summary>
    public string Expand(Func<TemplatePart, string> valueOf)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        return string.Concat(Parts.Select(part => part is LiteralPart literal ? literal.Text : valueOf(part)));
    }

    public override string ToString() => Written;

    private static TemplatePart Named(string name)
    {
        if (name.StartsWith(TemplateVariables.CounterPrefix, StringComparison.Ordinal))
        {
            string[] words = name[TemplateVariables.CounterPrefix.Length..].Split(':');
            int width = 1;
            bool isWide = words.Length == 1
                || (words.Length == 2 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out width)
                    && width is > 0 and <= CounterPart.WidthMax);
            return isWide && KeyType.IsName(words[0])
                ? new CounterPart(words[0], width)
                : throw new FormatException($"'%({name})' names no counter; it is written %({TemplateVariables.CounterPrefix}NAME)"
                    + $" or %({TemplateVariables.CounterPrefix}NAME:4)");
        }
        return TemplateVariables.IsKnown(name)
            ? new VariablePart(name)
            : throw new FormatException($"'%({name})' is no variable; known: "
                + string.Join(", ", TemplateVariables.All.Select(known => known.Name)) + $", {TemplateVariables.CounterPrefix}NAME");
    }

    private static string OldLetter(char letter) => TemplateVariables.ForLetter(letter) is { } named
        ? $"'%{letter}' is an old variable; write '%({named.Name})', or '%%{letter}' for the characters themselves"
        : $"'%{letter}' is no variable; variables are written %(JobId), and '%%{letter}' is the characters themselves";
}
