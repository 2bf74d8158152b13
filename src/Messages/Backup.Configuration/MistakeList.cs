namespace Backup.Configuration;

/// <summary>Collects mistakes up to a limit; behind it only their number is kept. Not thread safe.</summary>
internal sealed class MistakeList
{
    /// <summary>More than a person reads at once.</summary>
    private const int MistakesMax = 200;

    private readonly List<ConfigurationMistake> _mistakes = [];
    private readonly List<string> _files = [];

    public bool IsEmpty => _mistakes.Count == 0;

    public void Add(SourcePosition position, string resource, string text)
    {
        if (_mistakes.Count == MistakesMax) text = $"more than {MistakesMax} mistakes; the rest is not shown";
        if (_mistakes.Count <= MistakesMax) _mistakes.Add(new ConfigurationMistake(position, resource, text));
    }

    /// <summary>Files are reported in the order in which they were opened.</summary>
    public void Opened(string file)
    {
        if (!_files.Contains(file)) _files.Add(file);
    }

    public IReadOnlyList<ConfigurationMistake> InOrder() =>
        [.. _mistakes.OrderBy(m => _files.IndexOf(m.Position.File)).ThenBy(m => m.Position.Line).ThenBy(m => m.Position.Column)];
}
