using System.Text;
using Backup.Configuration.Hocon;

namespace Backup.Configuration.Versions;

/// <summary>One key with its value in HOCON. IsDefault: it is not written in the file. IsSecret: its value is for no eye.</summary>
public sealed record ShownKey(string Name, string Value, bool IsDefault = false, bool IsSecret = false)
{
    private const string Mask = "\"***\"";

    /// <summary>The value as it may be shown.</summary>
    public string Visible => IsSecret ? Mask : Value;
}

/// <summary>
/// One resource as it was read, substitutions made, in the order of its keys. What is shown parses to an equal resource again, but for
/// secrets.
/// </summary>
public sealed record ShownResource(string Kind, string Name, IReadOnlyList<ShownKey> Keys)
{
    /// <summary>Whether its name, a key or a value that may be shown has this in it, case aside.</summary>
    public bool Has(string word) => Name.Contains(word, StringComparison.OrdinalIgnoreCase)
        || Keys.Any(key => key.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
            || key.Visible.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>HOCON; what is not written in the file stands in comments.</summary>
    public string ToHocon()
    {
        var text = new StringBuilder($"{Kind} {{\n  {HoconText.Key(Name)} {{\n");
        foreach (ShownKey key in Keys) text.Append($"    {(key.IsDefault ? "# " : "")}{key.Name} = {key.Visible}\n");
        return text.Append("  }\n}\n").ToString();
    }
}
