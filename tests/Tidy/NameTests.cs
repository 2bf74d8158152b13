using System.Text.RegularExpressions;

namespace Backup.Tests.Tidy;

public sealed partial class NameTests
{
    private const string PathRoutine = "src/Messages/Backup.Messages/Values/BytePath.cs", Catalog = "src/Actors/Core/Backup.Catalog/";

    /// <summary>Words that say nothing: what does the type do?</summary>
    private static readonly HashSet<string> Empty =
        ["Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Info", "Infos", "Misc"];

    [Fact]
    public void A_type_is_named_in_the_words_of_the_field() => Allowed.Check("type-name",
        from source in Repository.CSharp("src/").Concat(Repository.CSharp("tests/"))
        from line in source.CodeLines.Index()
        let name = Declaration().Match(line.Item).Groups[1].Value
        from word in Word().Matches(name).Select(match => match.Value)
        where Empty.Contains(word)
        select new Fault(source.Path, line.Index + 1, $"'{name}': '{word}' says nothing, name it by what it does"));

    [Fact]
    [Trait("Req", "CAT-03")]
    public void Paths_are_split_in_one_place_alone() => Allowed.Check("path-split",
        from source in Repository.CSharp("src/")
        where source.Path != PathRoutine && !source.Path.StartsWith("src/Hosts/", StringComparison.Ordinal)
        from line in source.Lines.Index()
        let found = PathSplit().Match(line.Item)
        where found.Success && source.CodeLines[line.Index].AsSpan(found.Index, 3).Trim().Length > 0
        select new Fault(source.Path, line.Index + 1, $"'{found.Value}': use BytePath, the one place that splits and joins paths"));

    [Fact]
    [Trait("Req", "CAT-06")]
    public void SQL_is_in_the_rooms_of_the_catalog_alone() => Allowed.Check("sql",
        from source in Repository.CSharp("src/")
        where !source.Path.StartsWith(Catalog, StringComparison.Ordinal) || !source.Path[Catalog.Length..].Contains('/')
        from text in source.Strings
        where IsSql(text.Text)
        select new Fault(source.Path, text.Line, "SQL outside the catalog: use a verb of the catalog, or add one"));

    [Theory]
    [InlineData("int at = path.LastIndexOf((byte)'/');", true)]
    [InlineData("foreach (var part in path.Split('/')) { }", true)]
    [InlineData("var name = Path.GetFileName(path);", true)]
    [InlineData("int at = path.IndexOf(BytePath.Slash);", true)]
    [InlineData("BytePath.Split(path, out var directory, out var name);", false)]
    public void The_path_rule_finds_what_splits(string code, bool splits) => Assert.Equal(splits, PathSplit().IsMatch(code));

    [Theory]
    [InlineData("SELECT name FROM volume WHERE pool = @pool", true)]
    [InlineData("  insert into job (id) values (1)", true)]
    [InlineData("select files from the list", false)]
    [InlineData("update the catalog", false)]
    public void The_SQL_rule_tells_statements_from_sentences(string text, bool sql) => Assert.Equal(sql, IsSql(text));

    private static bool IsSql(string text) => UpperSql().IsMatch(text) || LowerSql().IsMatch(text);

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+([A-Z]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(Split|IndexOf|LastIndexOf)\(\s*((\(byte\))?'/'|""/""|(BytePath\.)?Slash\b)|"
        + @"(?<![\w.])Path\.Get(FileName|DirectoryName)\b")]
    private static partial Regex PathSplit();

    [GeneratedRegex(@"^\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|"
        + @"CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\s|PRAGMA\s)", RegexOptions.Singleline)]
    private static partial Regex UpperSql();

    [GeneratedRegex(@"^\s*(select\s+[\w*,.\s()]+\sfrom\s+\w+\s*(where|join|order|group|limit|as|$)|"
        + @"insert\s+into\s+\w+\s*\(|update\s+\w+\s+set\s+\w+\s*=|delete\s+from\s+\w+\s*(where|$))")]
    private static partial Regex LowerSql();
}
