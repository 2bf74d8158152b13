namespace Backup.Commands;

/// <summary>Who typed the command, as the system vouches for it.</summary>
/// <param name="Name">For the audit trail: the user's name on a local socket, "uid 1000" where it has none.</param>
public sealed record Caller(string Name, long UserId, long ProcessId)
{
    /// <summary>Numbers of the groups that the caller's process was in when it connected; empty where the system told none.</summary>
    public IReadOnlyList<long> Groups { get; init; } = [];
}

/// <summary>
/// Carries commands out: implemented by the director, called by the API. The answer is a stream of documents that ends with one
/// <see cref="EndEvent"/>.
/// Cancelling is detaching: whoever asked is gone, and a job that was started goes on. A refusal is an <see cref="ErrorEvent"/> and an
/// end, not an exception.
/// </summary>
public interface ICommandRunner
{
    IAsyncEnumerable<ApiEvent> Run(ParsedCommand command, Caller caller, CancellationToken cancellation);
}
