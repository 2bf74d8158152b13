using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Actors.Director.Clients;
using Backup.Commands;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>What storages and clients do now. Each is asked at the same time, and who does not answer in time is named.</summary>
internal sealed class PartyStatusCommands(IActorRef director, DirectorParts parts)
{
    /// <summary>A status is there within two seconds, whoever is away.</summary>
    private static readonly TimeSpan ClientDeadline = TimeSpan.FromSeconds(1.5);

    public async IAsyncEnumerable<ApiEvent> Storage(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? only = command.Text("storage");
        if (only is not null) Specifications.Named(parts.Configuration.Storages, only, "storage");
        IReadOnlyList<StorageStatus> told =
            await director.Ask<IReadOnlyList<StorageStatus>>(new StoragesWanted(), RunCommands.AskTimeout, cancellation)
                .ConfigureAwait(false);
        IReadOnlyList<StorageStatus> storages = [.. told.Where(storage => only is null || storage.Name == only)];
        yield return ColumnsEvent.Of(CommandId.StatusStorage, "Storages");
        foreach (StorageStatus storage in storages)
            yield return RowEvent.Of(
                ("storage", storage.Name), ("state", storage.State), ("volume", storage.Volume),
                ("left", storage.BytesLeft is { } left ? new ApiValue(left) : default),
                ("sessions", storage.Sessions.Count), ("reading", storage.ServingChannels),
                ("received", storage.Sessions.Sum(s => s.BytesReceived)), ("folder", storage.Folder),
                ("waits_for", storage.Waiting), ("since", storage.Wait?.Since), ("deadline", storage.Wait?.Until));
        yield return ColumnsEvent.Of(CommandId.StatusStorage, "Sessions");
        Instant now = Instant.Now(parts.Clock);
        foreach (StorageStatus storage in storages)
            foreach (StoringSession session in storage.Sessions)
                yield return RowEvent.Of(
                    ("storage", storage.Name), ("jobid", session.Job.Value), ("job", session.JobName), ("received", session.BytesReceived),
                    ("average", Average(session.BytesReceived, now.Since(session.Since))), ("since", session.Since));
        foreach (ApiEvent drive in LibraryStatus.Of(storages, command.Says("full"))) yield return drive;
        if (command.Says("full"))
        {
            yield return ColumnsEvent.Of(CommandId.StatusStorage, "Memory");
            foreach (StorageStatus storage in storages)
                if (storage.Memory is { } memory) yield return StatusCommands.Memory(storage.Name, "storage", memory);
        }
        foreach (ApiEvent silent in Silent(CommandId.StatusStorage, parts.Configuration.Storages.Keys
                     .Where(name => (only is null || name == only) && storages.All(storage => storage.Name != name))
                     .Select(name => (name, "it is not online, or did not answer in time"))))
            yield return silent;
        yield return EndEvent.Done;
    }

    public async IAsyncEnumerable<ApiEvent> Client(ParsedCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? only = command.Text("client");
        if (only is not null) Specifications.Named(parts.Configuration.Clients, only, "client");
        ClientsOverview view = await director.Ask<ClientsOverview>(new ClientsWanted(), RunCommands.AskTimeout, cancellation)
            .ConfigureAwait(false);
        string[] names = [.. parts.Configuration.Clients.Keys.Order(StringComparer.Ordinal).Where(name => only is null || name == only)];
        yield return ColumnsEvent.Of(CommandId.StatusClient, "Clients");
        foreach (string name in names) yield return Row(name, view.Attached.FirstOrDefault(client => client.Name == name));
        (string Name, object Answer)[] answers = await Task.WhenAll(
            view.Attached.Where(client => names.Contains(client.Name)).Select(client => Ask(client.Name, cancellation)))
            .ConfigureAwait(false);
        yield return ColumnsEvent.Of(CommandId.StatusClient, "Jobs");
        Instant now = Instant.Now(parts.Clock);
        foreach ((string name, object answer) in answers)
            foreach (ClientJob job in (answer as ClientStatus)?.Jobs ?? []) yield return Row(name, job, now);
        if (command.Says("full"))
        {
            yield return ColumnsEvent.Of(CommandId.StatusClient, "Memory");
            foreach ((string name, object answer) in answers)
                if (answer is ClientStatus status) yield return StatusCommands.Memory(name, "client", status.Memory);
        }
        foreach (ApiEvent silent in Silent(CommandId.StatusClient,
                     answers.Where(told => told.Answer is RunRefused).Select(told => (told.Name, ((RunRefused)told.Answer).Reason))))
            yield return silent;
        yield return EndEvent.Done;
    }

    private async Task<(string Name, object Answer)> Ask(string client, CancellationToken cancellation)
    {
        try
        {
            return (client, await director.Ask<object>(new ClientStatusAsked(client), ClientDeadline, cancellation).ConfigureAwait(false));
        }
        catch (AskTimeoutException)
        {
            return (client, new RunRefused($"it did not answer within {ClientDeadline.TotalSeconds} s"));
        }
    }

    private static RowEvent Row(string name, AttachedClient? attached) => RowEvent.Of(
        ("client", name), ("state", attached is null ? "away" : "attached"), ("since", attached?.Since),
        ("host", attached?.Platform.HostName),
        ("system", attached is null ? null : $"{attached.Platform.Distribution} {attached.Platform.Architecture}"),
        ("version", attached?.Platform.SoftwareVersion));

    private static RowEvent Row(string client, ClientJob job, Instant now) => RowEvent.Of(
        ("client", client), ("jobid", job.Job.Value), ("work", job.Type.ToString()),
        ("level", job.Level == JobLevel.None ? "-" : job.Level.ToString()), ("files", job.Files), ("bytes", job.Bytes),
        ("now", job.BytesPerSecond), ("average", Average(job.Bytes, now.Since(job.Since))), ("since", job.Since), ("path", job.Path));

    private static double Average(long bytes, TimeSpan span) => span > TimeSpan.Zero ? bytes / span.TotalSeconds : 0;

    private static IEnumerable<ApiEvent> Silent(CommandId command, IEnumerable<(string Who, string Why)> silent)
    {
        (string Who, string Why)[] all = [.. silent.OrderBy(one => one.Who, StringComparer.Ordinal)];
        if (all.Length == 0) yield break;
        yield return ColumnsEvent.Of(command, "Not answered");
        foreach ((string who, string why) in all) yield return RowEvent.Of(("who", who), ("why", why));
    }
}
