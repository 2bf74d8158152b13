using System.Text.RegularExpressions;

namespace Backup.Tests.System.Operating;

/// <summary>One fenced block of a page: a script for hosts, or a file (Path) of one host.</summary>
internal sealed record PageStep(IReadOnlyList<string> Hosts, string? Path, string Text);

/// <summary>
/// A page of docs/operating as a list of steps. A block is <c>```sh HOST...</c>, commands of root on each of these hosts, or
/// <c>```hocon HOST FILE</c>, what stands in that file; <c>```sh build</c> is done where the sources are and is no step.
/// </summary>
internal static partial class OperatingPage
{
    public static IReadOnlyList<PageStep> StepsOf(string page) =>
        [.. Block().Matches(page).Select(StepOf).Where(step => !step.Hosts.Contains("build"))];

    /// <summary>Does every step. What a block prints is what the next one has on its standard input: a token is pasted so.</summary>
    /// <returns>What all of them printed, in order.</returns>
    public static IReadOnlyList<string> Follow(this PrivateHosts hosts, IEnumerable<PageStep> steps)
    {
        var printed = new List<string> { "" };
        foreach (PageStep step in steps)
        {
            if (step.Path is { } path)
            {
                hosts.Type(step.Hosts[0], $"cat >'{path}'", step.Text).EndsWith(0);
                continue;
            }
            string pasted = printed[^1];
            foreach (string host in step.Hosts) printed.Add(hosts.Type(host, step.Text, pasted).EndsWith(0).Output);
        }
        return printed;
    }

    private static PageStep StepOf(Match block)
    {
        string[] words = block.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string text = block.Groups["text"].Value;
        return block.Groups["kind"].Value == "hocon" ? new PageStep(words[..1], words[1], text) : new PageStep(words, null, text);
    }

    [GeneratedRegex(@"^```(?<kind>sh|hocon) (?<words>[^\n]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
