using Backup.Messages.Clients;

namespace Backup.Filesets.Select;

/// <summary>What a selection says of one entry.</summary>
public enum Choice
{
    /// <summary>In the tree.</summary>
    Selected,

    /// <summary>Not in the tree, but a rule may bring back something below: enter it.</summary>
    Search,

    /// <summary>Not in the tree, nor anything below.</summary>
    Left,
}

/// <summary>
/// A choice with the rule that made it; children are asked with their directory's rule, so that what a rule says of a directory holds
/// below.
/// </summary>
public readonly record struct Selection(Choice Choice, int Rule)
{
    /// <summary>Where no rule has matched yet.</summary>
    public static readonly Selection Start = new(Choice.Selected, -1);
}

/// <summary>
/// The rules of a FileSet, compiled once. The last rule that matches an entry or a directory above it decides. Not thread safe.
/// </summary>
public sealed class FileSelector
{
    private readonly SelectionPattern[] _patterns;

    /// <summary>Throws <see cref="FormatException"/> with one line for a pattern that cannot be read.</summary>
    public FileSelector(FileSet fileSet)
    {
        ArgumentNullException.ThrowIfNull(fileSet);
        _patterns = [.. fileSet.Rules.Select(SelectionPattern.Compile)];
    }

    /// <summary>Decides on an entry by its absolute path and what was decided on its directory.</summary>
    public Selection Decide(ReadOnlySpan<byte> path, bool isDirectory, Selection directory)
    {
        int rule = directory.Rule;
        for (int i = _patterns.Length - 1; i > directory.Rule; i--)
        {
            if (!_patterns[i].Matches(path)) continue;
            rule = i;
            break;
        }
        if (rule < 0 || _patterns[rule].Include) return new Selection(Choice.Selected, rule);
        return new Selection(isDirectory && MayIncludeBelow(path, rule) ? Choice.Search : Choice.Left, rule);
    }

    private bool MayIncludeBelow(ReadOnlySpan<byte> directory, int rule)
    {
        for (int i = rule + 1; i < _patterns.Length; i++)
            if (_patterns[i].Include && _patterns[i].MayMatchBelow(directory)) return true;
        return false;
    }
}
