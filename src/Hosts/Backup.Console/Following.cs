using Backup.Commands;
using Backup.Consoles.Output;

namespace Backup.Consoles;

/// <summary>Sends words to the node and gives the lines of its answer as they come.</summary>
internal delegate IAsyncEnumerable<byte[]> SendWords(IReadOnlyList<string> words, CancellationToken cancellation);

/// <summary>Hands one answer on to its end. Ctrl-C ends the watching of a run, and on a terminal asks first what is meant.</summary>
internal sealed class Following(ConsoleTerminal terminal, Interruption interruption, SendWords send)
{
    private enum WhatNow { Watch, Detach, Cancel }

    /// <summary>Shows the answer to the words and gives its status.</summary>
    public async Task<int> Follow(IReadOnlyList<string> words, IAnswer answer)
    {
        while (true)
        {
            try
            {
                return await Show(words, answer).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                answer.Finish();
                if (answer.JobId is not { } job) return EndStatus.Detached;
                WhatNow next = Ask(job);
                if (next == WhatNow.Detach)
                {
                    terminal.Error.WriteLine($"no longer watching; job {job} goes on. Watch it with: backup wait jobid={job}");
                    return EndStatus.Detached;
                }
                interruption.Renew();
                if (next == WhatNow.Cancel) await Show(["cancel", $"jobid={job}"], new AnswerText(terminal)).ConfigureAwait(false);
                words = ["wait", $"jobid={job}"];
            }
        }
    }

    private async Task<int> Show(IReadOnlyList<string> words, IAnswer answer)
    {
        try
        {
            await foreach (byte[] line in send(words, interruption.Token).ConfigureAwait(false))
            {
                answer.Take(line, ApiJson.ReadEvent(line));
                if (answer.Status is { } status) return status;
            }
            return answer.Fail($"the node went away in the middle of its answer{GoOn(answer)}", EndStatus.Refused);
        }
        catch (Exception failure) when (failure is NodeAwayException or ApiFormatException)
        {
            return answer.Fail(failure.Message + GoOn(answer), EndStatus.Refused);
        }
    }

    /// <summary>Where nobody can be asked, Ctrl-C is detaching; so it is where nobody answers, and at a second Ctrl-C.</summary>
    private WhatNow Ask(long job)
    {
        if (!terminal.IsInteractive) return WhatNow.Detach;
        terminal.Error.Write($"job {job} is not at its end: detach, cancel the job, or go on watching? (d/c/g) ");
        terminal.Error.Flush();
        return terminal.Input.ReadLine()?.Trim().ToLowerInvariant() switch
        {
            "c" or "cancel" => WhatNow.Cancel,
            "g" or "go" or "go on" => WhatNow.Watch,
            _ => WhatNow.Detach,
        };
    }

    private static string GoOn(IAnswer answer) =>
        answer.JobId is { } job ? $"; how job {job} stands tells: backup wait jobid={job}" : "";
}
