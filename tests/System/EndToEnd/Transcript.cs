using System.Text;
using System.Text.RegularExpressions;
using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>
/// What programs said, command by command, without what differs from day to day and from host to host: times, spans, rates, ids, sizes,
/// ports, versions, names of host and user, the scratch folder, and the widths of columns.
/// </summary>
internal sealed partial class Transcript(string user)
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, string Mask)> _known = [];

    public override string ToString() => _text.ToString();

    /// <summary>A text of this run or this host, shown by a word from here on.</summary>
    public Transcript Masks(string text, string mask)
    {
        _known.Add((text, mask));
        return this;
    }

    /// <summary>A heading and what was said, errors behind the output, and how it ended.</summary>
    public void Add(ProgramRun run, string command)
    {
        _text.Append("$ ").Append(Masked(command)).Append('\n');
        foreach (string line in (run.Output + run.Errors).TrimEnd('\n').Split('\n'))
            if (!Progress().IsMatch(line)) _text.Append(Masked(line).TrimEnd()).Append('\n');
        _text.Append($"(status {run.Status})\n\n");
    }

    private string Masked(string line)
    {
        foreach ((string text, string mask) in _known.OrderByDescending(known => known.Text.Length))
            line = Regex.Replace(line, $@"(?<!\w){Regex.Escape(text)}(?!\w)", mask);
        line = Time().Replace(line, "<time>");
        line = Id().Replace(line, "<id>");
        line = Rate().Replace(line, "<rate>");
        line = Span().Replace(line, "<span>");
        line = Size().Replace(line, "<size>");
        line = Port().Replace(line, "127.0.0.1:<port>");
        line = Rule().Replace(line, "---");
        line = Gap().Replace(line, "  ");
        line = Regex.Replace(line, $@"(User:|user|Manual)  {Regex.Escape(user)}(?!\S)", "$1  <user>"); // it may be called as a key is
        return Stage().Replace(line, "$1  <span>");
    }

    [GeneratedRegex(@"(\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d(\.\d+)?Z?( ?[+-]\d\d:\d\d)?( UTC)?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[0-9a-f]*[0-9])[0-9a-f]{12,64}\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d[\d.,]* ?[kKMGT]?i?B/s|\d[\d.,]* (files|bytes)/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"(?<![\w.])\d[\d.,]* ?(ms|s|min|h|d)\b")]
    private static partial Regex Span();

    [GeneratedRegex(@"(?<![\w.])\d[\d.,]* ?[kKMGT]i?B\b|(?<![\w.:-])(\d{1,3}(,\d{3})+|[1-9]\d{3,})(?![\w:])")]
    private static partial Regex Size();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"[-─]{3,}")]
    private static partial Regex Rule();

    [GeneratedRegex(@" {2,}")]
    private static partial Regex Gap();

    /// <summary>A stage that took next to nothing has no rate.</summary>
    [GeneratedRegex(@"^(  [a-z, ]+:)  <span>( \(<rate>\))?$")]
    private static partial Regex Stage();

    /// <summary>Which states of a run are seen, and how far it is, depends on when it is looked at.</summary>
    [GeneratedRegex(@"^job \d+ \([^)]*\): ")]
    private static partial Regex Progress();
}
