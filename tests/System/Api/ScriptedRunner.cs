using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Backup.Commands;

namespace Backup.Tests.System.Api;

/// <summary>A director that answers what a test tells it to, when it tells it to.</summary>
internal sealed class ScriptedRunner : ICommandRunner
{
    private readonly Channel<ApiEvent> script = Channel.CreateBounded<ApiEvent>(1024);
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource detached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ParsedCommand? Command { get; private set; }

    public Caller? Caller { get; private set; }

    public Exception? Failure { get; init; }

    /// <summary>Completes when a command has arrived.</summary>
    public Task Asked => asked.Task;

    /// <summary>Completes when whoever asked has gone.</summary>
    public Task Detached => detached.Task;

    public void Say(params ApiEvent[] documents)
    {
        foreach (ApiEvent document in documents) Assert.True(script.Writer.TryWrite(document));
    }

    public void StopSaying() => script.Writer.Complete();

    public async IAsyncEnumerable<ApiEvent> Run(ParsedCommand command, Caller caller,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        (Command, Caller) = (command, caller);
        await using CancellationTokenRegistration registration = cancellation.Register(() => detached.TrySetResult());
        asked.TrySetResult();
        if (Failure is not null) throw Failure;
        await foreach (ApiEvent document in script.Reader.ReadAllAsync(cancellation)) yield return document;
    }
}
