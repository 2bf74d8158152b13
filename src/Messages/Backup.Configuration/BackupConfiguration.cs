using Backup.Configuration.Hocon;
using Backup.Configuration.Resources;
using Backup.Configuration.Versions;

namespace Backup.Configuration;

/// <summary>
/// The whole configuration as the product runs by it: every resource validated, every reference between resources known to lead somewhere.
/// Resources are found by name, ordinal.
/// </summary>
public sealed record BackupConfiguration(
    IReadOnlyDictionary<string, NodeResource> Nodes,
    IReadOnlyDictionary<string, DirectorResource> Directors,
    IReadOnlyDictionary<string, ClientResource> Clients,
    IReadOnlyDictionary<string, StorageResource> Storages,
    IReadOnlyDictionary<string, PoolResource> Pools,
    IReadOnlyDictionary<string, FileSetResource> FileSets,
    IReadOnlyDictionary<string, JobResource> Jobs)
{
    /// <summary>Where catalog and journal are; null where they are files of the node.</summary>
    public CatalogResource? Catalog { get; init; }

    public IReadOnlyDictionary<string, ScheduleResource> Schedules { get; init; } = new Dictionary<string, ScheduleResource>();

    public IReadOnlyDictionary<string, MessagesResource> Messages { get; init; } = new Dictionary<string, MessagesResource>();

    public IReadOnlyDictionary<string, CounterResource> Counters { get; init; } = new Dictionary<string, CounterResource>();

    /// <summary>Every resource as it was written, in the order of writing.</summary>
    public IReadOnlyList<ShownResource> Shown { get; init; } = [];

    /// <summary>
    /// Reads and validates configuration texts as one whole. Includes are resolved by <paramref name="open"/>, which gives the text of a
    /// path or
    /// null where there is none; substitutions ${?NAME} fall back to <paramref name="environment"/>. All mistakes are found, in file order.
    /// </summary>
    public static ConfigurationResult Load(
        IReadOnlyList<ConfigurationText> files,
        Func<string, string?>? open = null,
        Func<string, string?>? environment = null)
    {
        var mistakes = new MistakeList();
        var sources = new HoconSources(open ?? (_ => null), environment ?? (_ => null));
        HoconObject root = HoconReader.Read(files, sources, mistakes);
        // What could not be read would be reported as missing.
        if (!mistakes.IsEmpty) return new ConfigurationResult(null, mistakes.InOrder());
        ResourceSet resources = ResourceReader.Read(root, mistakes);
        new ResourceChecks(resources, mistakes).CheckAll();
        return mistakes.IsEmpty
            ? new ConfigurationResult(ConfigurationBuilder.Build(resources), [])
            : new ConfigurationResult(null, mistakes.InOrder());
    }
}

/// <summary>One file's text under the name it is reported by; includes are relative to that name's folder.</summary>
public sealed record ConfigurationText(string Name, string Text);

/// <summary>Where something stands: lines and columns from 1.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>One mistake: where, in which resource (empty outside of any), what is wrong and what would be right.</summary>
public sealed record ConfigurationMistake(SourcePosition Position, string Resource, string Text)
{
    /// <summary>One line, whatever stands in the file: control characters are shown by their number.</summary>
    public override string ToString() => string.Concat(
        (Resource.Length == 0 ? $"{Position}: {Text}" : $"{Position}: {Resource}: {Text}")
            .Select(letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));
}

/// <summary>A model, or the mistakes that stand in its way; never both.</summary>
public sealed record ConfigurationResult(BackupConfiguration? Model, IReadOnlyList<ConfigurationMistake> Mistakes);
