using Backup.Actors.Director.Configurations;
using Backup.Catalog;
using Backup.Messages.Values;
using Backup.Node.Configurations;
using Microsoft.Extensions.Logging;

namespace Backup.Node.Running;

/// <summary>What a director of this process decides by: the version in force, and the files as the way to the next.</summary>
internal sealed record DirectorConfiguration(LiveConfiguration Live, IConfigurationSource? Source)
{
    public static DirectorConfiguration Of(NodeSettings settings, ICatalog catalog, ILogger log)
    {
        if (settings.Files is not { } files) return new DirectorConfiguration(new LiveConfiguration(settings.Configuration), null);
        var source = new DirectorFiles(files, settings.Configuration, settings.ImportedFile);
        try
        {
            StartedConfiguration started = ConfigurationStart.Choose(
                catalog, source, settings.Node.Name, Instant.Now(TimeProvider.System));
            log.LogInformation("{Line}", started.Line);
            return new DirectorConfiguration(new LiveConfiguration(started.InForce), source);
        }
        catch (ConfigurationSourceException e)
        {
            throw new NodeRefusedException(e.Message);
        }
    }
}
