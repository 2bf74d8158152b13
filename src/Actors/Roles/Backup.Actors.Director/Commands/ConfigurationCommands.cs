using System.Runtime.CompilerServices;
using Akka.Actor;
using Backup.Actors.Director.Configurations;
using Backup.Catalog.Configurations;
using Backup.Catalog.Counters;
using Backup.Commands;
using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Configuration.Versions;

namespace Backup.Actors.Director.Commands;

/// <summary>Commands about the configuration: take it anew, show it, compare versions of it, go back to one.</summary>
internal sealed class ConfigurationCommands(IActorRef director, DirectorParts parts)
{
    private const int HistoryRows = 100;

    public IAsyncEnumerable<ApiEvent> Reload(ParsedCommand command, Caller caller, CancellationToken cancellation) =>
        Change(new ReloadWanted(caller.Name, command.Text("comment") ?? ""), cancellation);

    public IAsyncEnumerable<ApiEvent> Rollback(ParsedCommand command, Caller caller, CancellationToken cancellation) =>
        Change(new RollbackWanted(command.Number("version")!.Value, caller.Name, command.Text("comment") ?? ""), cancellation);

    public IEnumerable<ApiEvent> History(ParsedCommand command)
    {
        long? inForce = parts.Gate.Catalog.Configurations.Current?.Row.Version;
        yield return ColumnsEvent.Of(CommandId.ConfigurationHistory);
        IReadOnlyList<ConfigurationDeed> deeds = parts.Gate.Catalog.Configurations.History((int)(command.Number("limit") ?? HistoryRows));
        foreach (ConfigurationDeed deed in deeds.Reverse())
            yield return RowEvent.Of(
                ("version", deed.Version), ("what", deed.Kind == ConfigurationDeedKind.Added ? "added" : "put in force"),
                ("user", deed.User), ("at", deed.At), ("comment", deed.Comment),
                ("now", deed.Version == inForce ? "in force" : null));
    }

    public IEnumerable<ApiEvent> Diff(ParsedCommand command)
    {
        BackupConfiguration before = Version(command.Number("version")!.Value);
        BackupConfiguration after = command.Number("with") is { } other ? Version(other) : parts.Configuration;
        yield return ColumnsEvent.Of(CommandId.ConfigurationDiff);
        foreach (ConfigurationDifference change in ConfigurationDiff.Between(before, after))
            yield return RowEvent.Of(
                ("what", change.Kind.ToString().ToLowerInvariant()), ("kind_of", change.Resource), ("name", change.Name),
                ("key", change.Key), ("before", change.Before), ("after", change.After));
    }

    public IEnumerable<ApiEvent> Show(ParsedCommand command)
    {
        BackupConfiguration shown = command.Number("version") is { } version ? Version(version) : parts.Configuration;
        (string? kind, string? name, string? word) = (command.Text("kind"), command.Text("name"), command.Text("word"));
        List<ShownResource> resources = [.. shown.Shown.Where(resource =>
            (kind is null || resource.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase)) && (name is null || resource.Name == name)
            && (word is null || resource.Has(word)))];
        if (resources.Count == 0 && word is null)
            throw new CommandRefusedException($"there is no {kind ?? "resource"} '{name}'; 'configuration show' shows all there are");
        if (resources.Count == 0)
            yield return new TextEvent($"nothing found: no {kind ?? "resource"} has '{word}' in its name, keys or values");
        foreach (ShownResource resource in resources) yield return new TextEvent(resource.ToHocon().TrimEnd());
    }

    /// <summary>Every Counter of the configuration; without a value where nothing was drawn from it yet.</summary>
    public IEnumerable<ApiEvent> Counters(ParsedCommand command)
    {
        string? only = command.Text("counter");
        if (only is not null) Specifications.Named(parts.Configuration.Counters, only, "counter");
        Dictionary<string, CounterRow> drawn = parts.Gate.Catalog.Counters.List().ToDictionary(row => row.Name);
        yield return ColumnsEvent.Of(CommandId.ListCounters);
        foreach (CounterResource counter in parts.Configuration.Counters.Values.OrderBy(c => c.Name, StringComparer.Ordinal)
                     .Where(c => only is null || c.Name == only))
        {
            CounterRow? row = drawn.GetValueOrDefault(counter.Name);
            yield return RowEvent.Of(
                ("counter", counter.Name), ("value", row?.Value ?? default(ApiValue)), ("drawn", row?.Drawn ?? default(ApiValue)),
                ("minimum", counter.Minimum), ("maximum", counter.Maximum), ("wrap_counter", counter.WrapCounter));
        }
    }

    private BackupConfiguration Version(long number)
    {
        ConfigurationVersion version = parts.Gate.Catalog.Configurations.Find(number)
            ?? throw new CommandRefusedException($"there is no configuration {number}; see: configuration history");
        ConfigurationResult result = StoredConfigurations.BundleOf(version).Load(name => parts.Source?.Environment(name));
        return result.Model
            ?? throw new CommandRefusedException($"configuration {number} has mistakes for this software: {result.Mistakes[0]}");
    }

    private async IAsyncEnumerable<ApiEvent> Change(object wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        object answer = await director.Ask<object>(wanted, RunCommands.AskTimeout, cancellation).ConfigureAwait(false);
        if (answer is ConfigurationRefused refused)
        {
            foreach (string reason in refused.Reasons) yield return new ErrorEvent(reason);
            yield return EndEvent.Refused;
            yield break;
        }
        foreach (string line in Lines((IConfigurationAnswer)answer)) yield return new TextEvent(line);
        yield return EndEvent.Done;
    }

    private static IEnumerable<string> Lines(IConfigurationAnswer answer) => answer switch
    {
        ConfigurationUnchanged same => [$"configuration {same.Version} is in force already; nothing changed"],
        ConfigurationTaken taken =>
        [
            .. taken.Changes,
            .. taken.Restart.Select(what => $"needs a restart: {what}"),
            $"configuration {taken.Version} is in force; jobs that run or wait keep what they began with",
        ],
        _ => throw new System.Diagnostics.UnreachableException($"{answer.GetType().Name} is no answer"),
    };
}
