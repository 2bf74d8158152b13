using Backup.Commands;
using Backup.Configuration.Resources;

namespace Backup.Node.Running;

/// <summary>
/// What answers the console: the commands of the present life of the director, or one line where there are none. Thread safe.
/// </summary>
internal sealed class NodeCommands(NodeResource node) : ICommandRunner
{
    private volatile ICommandRunner? _director;

    /// <summary>From now on these answer; null: the director's actors are being made anew.</summary>
    public void Lead(ICommandRunner? director) => _director = director;

    public IAsyncEnumerable<ApiEvent> Run(ParsedCommand command, Caller caller, CancellationToken cancellation) =>
        _director is { } director ? director.Run(command, caller, cancellation) : Refuse();

    private string Refusal => node.Roles.Contains(NodeRole.Director)
        ? "the director is being started again; try again in a moment"
        : $"node {node.Name} has no role director and carries no commands out; use the console on the director's host"
            + (node.Cluster is { Seeds: [var seed, ..] } ? $" ({seed[..seed.LastIndexOf(':')]})" : "");

    private async IAsyncEnumerable<ApiEvent> Refuse()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return new ErrorEvent(Refusal);
        yield return EndEvent.Refused;
    }
}
