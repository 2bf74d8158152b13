using Backup.Actors.Director.Catalogs;
using Backup.Actors.Director.Configurations;
using Backup.Configuration;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Scripts;
using Backup.Transfer.Channels;

namespace Backup.Actors.Director;

/// <summary>What the director works with. Everything here outlives its actors.</summary>
public sealed record DirectorParts(
    string NodeName,
    string SoftwareVersion,
    InstallationId Installation,
    LiveConfiguration Live,
    CatalogGate Gate,
    NodeChannels Channels,
    TimeProvider Clock,
    IEntropy Entropy)
{
    /// <summary>Where the configuration comes in; null where there are no files.</summary>
    public IConfigurationSource? Source { get; init; }

    /// <summary>The node's data directory, absolute: relative names of files that messages go to are in it.</summary>
    public string DataFolder { get; init; } = "/";

    /// <summary>Runs the scripts that jobs have on the director.</summary>
    public IScriptRunner Scripts { get; init; } = new ScriptRunner(Clock);

    /// <summary>
    /// How long an order waits for a storage that is not online: one that has just come is heard when its member has shown who it is.
    /// </summary>
    public TimeSpan StorageWithin { get; init; } = TimeSpan.FromSeconds(30);

    private readonly JobDeadlines? _deadlines;

    /// <summary>The configuration in force, as it is now: whoever decides takes it once.</summary>
    public BackupConfiguration Configuration => Live.InForce.Model;

    /// <summary>Which of the installation's directors this is; later ones have higher numbers.</summary>
    public long Epoch { get; init; }

    /// <summary>Called, from any thread, when a later director is known to have taken over: this one has to stop, and why.</summary>
    public Action<string> Superseded { get; init; } = _ => { };

    /// <summary>How long jobs wait: as the Director resource says where it does, else as the product does.</summary>
    public JobDeadlines Deadlines
    {
        get => _deadlines ?? Configured;
        init => _deadlines = value;
    }

    private JobDeadlines Configured => Configuration.Directors.Values.FirstOrDefault() is { } director
        ? JobDeadlines.Default with
        {
            Volume = director.VolumeWait, ClientStarted = director.ClientWait, ClientSpoke = director.ClientSilence,
        }
        : JobDeadlines.Default;
}
