namespace Backup.Cluster.Startup;

/// <summary>The dispatchers of dispatchers.conf, by what runs on them. Everything else is on Akka's default dispatcher.</summary>
public static class ActorDispatchers
{
    public const string Director = "backup.director-dispatcher";
    public const string Storage = "backup.storage-dispatcher";
}
