using System.Text.RegularExpressions;
using Backup.Messages.Clients;
using Backup.Messages.Values;

namespace Backup.Filesets.Select;

/// <summary>One rule of a FileSet, ready to be asked.</summary>
internal abstract class SelectionPattern(bool include)
{
    public bool Include { get; } = include;

    public abstract bool Matches(ReadOnlySpan<byte> path);

    /// <summary>False only where no path below the directory can match.</summary>
    public abstract bool MayMatchBelow(ReadOnlySpan<byte> directory);

    public static SelectionPattern Compile(SelectionRule rule)
    {
        if (rule.Pattern.Length == 0) throw new FormatException($"a {rule.Kind} rule has an empty pattern");
        return rule.Kind switch
        {
            PatternKind.Path => new PathPattern(rule),
            PatternKind.Wildcard => new WildcardPattern(rule),
            PatternKind.Regex => new RegexPattern(rule),
            _ => throw new FormatException($"'{rule.Kind}' is no kind of pattern"),
        };
    }
}

internal sealed class PathPattern : SelectionPattern
{
    private readonly byte[] _path;

    public PathPattern(SelectionRule rule) : base(rule.Include)
    {
        if (!rule.Pattern.StartsWith('/')) throw new FormatException($"path '{rule.Pattern}' is not absolute: begin it with '/'");
        _path = BytePath.Normalize(ByteText.Parse(rule.Pattern));
    }

    public override bool Matches(ReadOnlySpan<byte> path) => BytePath.IsWithin(path, _path);
    public override bool MayMatchBelow(ReadOnlySpan<byte> directory) => BytePath.IsWithin(_path, directory);
}

internal sealed class WildcardPattern : SelectionPattern
{
    private readonly byte[] _pattern;
    private readonly bool _wholePath;
    private readonly int _literal;

    public WildcardPattern(SelectionRule rule) : base(rule.Include)
    {
        ReadOnlySpan<byte> bytes = ByteText.Parse(rule.Pattern);
        _pattern = (bytes.Length > 1 ? bytes.TrimEnd(BytePath.Slash) : bytes).ToArray();
        if (_pattern.Length == 0) _pattern = [BytePath.Slash];
        _wholePath = _pattern.AsSpan().Contains(BytePath.Slash);
        if (_wholePath && _pattern[0] is not (BytePath.Slash or (byte)'*'))
            throw new FormatException($"wildcard '{rule.Pattern}' has a slash but begins with neither '/' nor '*': it would match no path");
        int special = _pattern.AsSpan().IndexOfAny("*?[\\"u8);
        _literal = special < 0 ? _pattern.Length : special;
    }

    public override bool Matches(ReadOnlySpan<byte> path) => Wildcard.Matches(_pattern, _wholePath ? path : BytePath.NameOf(path));

    public override bool MayMatchBelow(ReadOnlySpan<byte> directory)
    {
        if (!_wholePath) return true;
        ReadOnlySpan<byte> literal = _pattern.AsSpan(0, _literal);
        int common = Math.Min(literal.Length, directory.Length);
        return literal[..common].SequenceEqual(directory[..common]);
    }
}

internal sealed class RegexPattern : SelectionPattern
{
    /// <summary>A pattern that backtracks longer than this on one path ends the job with its line: a guess would lose files.</summary>
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;
    private readonly string _text;

    public RegexPattern(SelectionRule rule) : base(rule.Include)
    {
        _text = rule.Pattern;
        try
        {
            _regex = new Regex(rule.Pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, MatchTime);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"regular expression '{rule.Pattern}' cannot be read: {e.Message}", e);
        }
    }

    public override bool Matches(ReadOnlySpan<byte> path)
    {
        try
        {
            return _regex.IsMatch(ByteText.Show(path));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new FileSetException(
                $"regular expression '{_text}' takes longer than {MatchTime.TotalMilliseconds} ms on one path: simplify it", e);
        }
    }

    public override bool MayMatchBelow(ReadOnlySpan<byte> directory) => true;
}
