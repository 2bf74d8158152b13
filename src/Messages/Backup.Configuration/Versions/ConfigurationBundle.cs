using System.Security.Cryptography;
using System.Text;

namespace Backup.Configuration.Versions;

/// <summary>
/// The texts of one configuration: the files that were given, in their order, and those they include, in the order of reading. With the
/// same texts and the same environment the same model comes out, wherever they are read.
/// </summary>
public sealed record ConfigurationBundle(IReadOnlyList<ConfigurationText> Given, IReadOnlyList<ConfigurationText> Included)
{
    /// <summary>Reads and validates, and keeps what was read. Parameters as in <see cref="BackupConfiguration.Load"/>.</summary>
    public static (ConfigurationBundle Bundle, ConfigurationResult Result) Read(
        IReadOnlyList<ConfigurationText> given,
        Func<string, string?> open,
        Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(open);
        var included = new List<ConfigurationText>();
        string? Open(string path)
        {
            if (included.Find(known => known.Name == path) is { } known) return known.Text;
            if (open(path) is not { } text) return null;
            included.Add(new ConfigurationText(path, text));
            return text;
        }
        ConfigurationResult result = BackupConfiguration.Load(given, Open, environment);
        return (new ConfigurationBundle(given, included), result);
    }

    /// <summary>The model of these texts, or their mistakes; no file is read.</summary>
    public ConfigurationResult Load(Func<string, string?> environment) => BackupConfiguration.Load(
        Given, path => Included.FirstOrDefault(known => known.Name == path)?.Text, environment);

    /// <summary>Names and texts in one hexadecimal number (SHA-256).</summary>
    public string Digest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (ConfigurationText file in Given.Concat(Included))
                foreach (string part in (string[])[file.Name, file.Text])
                    hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(part)));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>True where every file has the same name and says the same.</summary>
    public bool Says(ConfigurationBundle other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Given.SequenceEqual(other.Given) && Included.SequenceEqual(other.Included);
    }
}
