using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Backup.TestKit.Processes;

/// <summary>One program run to its end, its output as text. A run that takes longer than its limit is killed and fails the test.</summary>
public sealed record ProgramRun(string Command, int Status, string Output, string Errors)
{
    public static readonly TimeSpan LimitByDefault = TimeSpan.FromMinutes(3);

    /// <summary>The lines of the output, without a last empty one.</summary>
    public IReadOnlyList<string> Lines => Output.TrimEnd('\n').Split('\n');

    /// <summary>Runs a program without a terminal and without input. Variables given here are added to the environment.</summary>
    public static ProgramRun Of(
        string program, IEnumerable<string> words, TimeSpan? limit = null, params (string Name, string Value)[] variables) =>
        WithInput(program, words, "", limit ?? LimitByDefault, variables);

    /// <summary>The same with this text, which is short, on its standard input.</summary>
    public static ProgramRun WithInput(
        string program, IEnumerable<string> words, string input, TimeSpan limit, params (string Name, string Value)[] variables)
    {
        using Process process = Start(program, words, variables);
        Feed(process.StandardInput, input);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        string command = $"{Path.GetFileName(program)} {string.Join(' ', process.StartInfo.ArgumentList)}";
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command}: did not end within {limit}");
        }
        process.WaitForExit();
        return new(command, process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    /// <summary>Fails the test with all the program said, unless it ended with this status.</summary>
    public ProgramRun EndsWith(int status)
    {
        Assert.True(Status == status, $"{Command}: ended with status {Status} instead of {status}\n{Output}\n{Errors}");
        return this;
    }

    /// <summary>A refusal as users are promised it: the status, one line of errors that has these words, no stack trace.</summary>
    public void IsRefused(int status, params string[] words)
    {
        EndsWith(status);
        string[] lines = Errors.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length == 1, $"{Command}: one line was wanted:\n{Errors}");
        Assert.All(words, word => Assert.Contains(word, lines[0], StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", Output + Errors, StringComparison.Ordinal);
    }

    private static void Feed(StreamWriter to, string text)
    {
        try
        {
            to.Write(text);
            to.Close();
        }
        catch (IOException)
        {
            // A program need not read what it is given.
        }
    }

    internal static Process Start(string program, IEnumerable<string> words, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"cannot start {program}: {missing.Message}", missing);
        }
    }
}
