using Backup.Catalog;
using Backup.Catalog.Configurations;
using Backup.Configuration;
using Backup.Configuration.Versions;
using Backup.Messages.Values;
using StoredText = Backup.Catalog.Configurations.ConfigurationFile;
using Text = Backup.Configuration.ConfigurationText;

namespace Backup.Actors.Director.Configurations;

/// <summary>Who brings a version, when and why.</summary>
public sealed record ConfigurationOrigin(string User, Instant At, string Comment);

/// <summary>Configurations on their way to the catalog and back.</summary>
internal static class StoredConfigurations
{
    /// <summary>Before the name of a file that others include: the names of given files begin with '/' or are relative.</summary>
    private const string IncludedMark = "+ ";

    /// <summary>Adds a version and puts it in force; its number.</summary>
    public static long Add(ICatalog catalog, ConfigurationBundle bundle, ConfigurationOrigin origin) => catalog.Configurations.Append(
        new NewConfiguration(
            [.. bundle.Given.Select(file => new StoredText(file.Name, file.Text)),
                .. bundle.Included.Select(file => new StoredText(IncludedMark + file.Name, file.Text))],
            origin.User, origin.At, origin.Comment));

    public static ConfigurationBundle BundleOf(ConfigurationVersion version)
    {
        ILookup<bool, StoredText> texts = version.Texts.ToLookup(text => text.Name.StartsWith(IncludedMark, StringComparison.Ordinal));
        return new ConfigurationBundle(
            [.. texts[false].Select(text => new Text(text.Name, text.Text))],
            [.. texts[true].Select(text => new Text(text.Name[IncludedMark.Length..], text.Text))]);
    }

    /// <summary>The version's model in today's software and environment, or its mistakes.</summary>
    public static ConfigurationResult Load(ConfigurationVersion version, IConfigurationSource source) =>
        BundleOf(version).Load(source.Environment);

    /// <summary>The newest version, which is the one that was brought in last.</summary>
    public static ConfigurationBundle? Newest(ICatalog catalog) =>
        catalog.Configurations.List(1) is [var row] && catalog.Configurations.Find(row.Version) is { } version ? BundleOf(version) : null;
}
