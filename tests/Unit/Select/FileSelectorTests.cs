using Backup.Filesets.Select;
using Backup.Messages.Clients;

namespace Backup.Tests.Unit.Select;

public class FileSelectorTests
{
    private static FileSet Rules(params SelectionRule[] rules) => new("s", ["/"], rules);
    private static SelectionRule Drop(PatternKind kind, string pattern) => new(false, kind, pattern);
    private static SelectionRule Keep(PatternKind kind, string pattern) => new(true, kind, pattern);

    /// <summary>Decides along the path as the walk does.</summary>
    private static Choice Decide(FileSet fileSet, string path, bool isDirectory = false)
    {
        var selector = new FileSelector(fileSet);
        Selection at = Selection.Start;
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < names.Length; i++)
        {
            string part = "/" + string.Join('/', names[..(i + 1)]);
            at = selector.Decide(System.Text.Encoding.Latin1.GetBytes(part), i < names.Length - 1 || isDirectory, at);
            if (at.Choice == Choice.Left) return Choice.Left;
        }
        return at.Choice;
    }

    [Theory]
    [InlineData("*.o", "/a/b.o", true)]
    [InlineData("*.o", "/a/b.oo", false)]
    [InlineData("b?", "/a/bc", true)]
    [InlineData("[a-c]x", "/d/bx", true)]
    [InlineData("[!a-c]x", "/d/bx", false)]
    [InlineData("[]x]", "/]", true)]
    [InlineData("a[", "/a[", true)]
    [InlineData("\\*", "/*", true)]
    [InlineData("\\*", "/x", false)]
    [InlineData("/a/*/c", "/a/b/c", true)]
    [InlineData("/a/*/c", "/a/b/b/c", false)]
    [InlineData("/a/**/c", "/a/b/b/c", true)]
    [InlineData("/a/**", "/a/b", true)]
    [InlineData("**/c", "/a/b/c", true)]
    [InlineData("*a*b*c*", "/xaxbxcx", true)]
    [InlineData("*a*a*a*a*a*a*a*b", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("cache/", "/x/cache", true)]
    [InlineData("\\xff*", "/\xff\xfe", true)]
    public void Wildcard_matches_as_a_shell_does(string pattern, string path, bool matches) =>
        Assert.Equal(matches ? Choice.Left : Choice.Selected, Decide(Rules(Drop(PatternKind.Wildcard, pattern)), path));

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a/", "/a/b/c", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a/*", "/a/x", false)]
    public void Path_matches_itself_and_everything_below(string pattern, string path, bool matches) =>
        Assert.Equal(matches ? Choice.Left : Choice.Selected, Decide(Rules(Drop(PatternKind.Path, pattern)), path));

    [Fact]
    public void Regex_reads_the_printable_form() =>
        Assert.Equal(Choice.Left, Decide(Rules(Drop(PatternKind.Regex, @"^/a/\\xff\d$")), "/a/\u00ff7"));

    [Fact]
    public void Last_matching_rule_decides_and_holds_for_everything_below()
    {
        FileSet set = Rules(Drop(PatternKind.Path, "/a"), Keep(PatternKind.Path, "/a/b"), Drop(PatternKind.Wildcard, "*.o"));

        Assert.Equal(Choice.Left, Decide(set, "/a/x"));
        Assert.Equal(Choice.Selected, Decide(set, "/a/b/x"));
        Assert.Equal(Choice.Left, Decide(set, "/a/b/x.o"));
        Assert.Equal(Choice.Left, Decide(set, "/c.o/inside"));
    }

    [Fact]
    public void Excluded_directory_is_searched_only_where_a_later_include_may_lie_below()
    {
        Assert.Equal(Choice.Search,
            Decide(Rules(Drop(PatternKind.Path, "/a"), Keep(PatternKind.Path, "/a/b/c")), "/a/b", isDirectory: true));
        Assert.Equal(Choice.Left, Decide(Rules(Drop(PatternKind.Path, "/a"), Keep(PatternKind.Path, "/x/b")), "/a", isDirectory: true));
        Assert.Equal(Choice.Left, Decide(Rules(Keep(PatternKind.Wildcard, "*.c"), Drop(PatternKind.Path, "/a")), "/a", isDirectory: true));
        Assert.Equal(Choice.Search,
            Decide(Rules(Drop(PatternKind.Path, "/a"), Keep(PatternKind.Wildcard, "/a/b*/c")), "/a/bb", isDirectory: true));
        Assert.Equal(Choice.Left,
            Decide(Rules(Drop(PatternKind.Path, "/a"), Keep(PatternKind.Wildcard, "/a/b*/c")), "/a/x", isDirectory: true));
    }

    [Theory]
    [InlineData(PatternKind.Path, "relative")]
    [InlineData(PatternKind.Path, "/a/../b")]
    [InlineData(PatternKind.Wildcard, "a/b")]
    [InlineData(PatternKind.Regex, "(")]
    [InlineData(PatternKind.Wildcard, "")]
    public void Pattern_that_could_never_work_is_refused_in_one_line(PatternKind kind, string pattern)
    {
        FormatException refused = Assert.Throws<FormatException>(() => new FileSelector(Rules(Drop(kind, pattern))));

        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    [Trait("Req", "FIL-01")]
    public void Text_and_hash_are_the_same_for_what_saves_the_same()
    {
        var one = new FileSet("one", ["/b/", "/a"], [Drop(PatternKind.Wildcard, "*.o")], ExceptFileSystemTypes: ["tmpfs", "nfs"]);
        var two = new FileSet("two", ["/a", "/b", "/a//"], [Drop(PatternKind.Wildcard, "*.o")], ExceptFileSystemTypes: ["nfs", "tmpfs"]);

        Assert.Equal(FileSetText.Of(one), FileSetText.Of(two));
        Assert.Equal(FileSetText.HashOf(one), FileSetText.HashOf(two));
        Assert.StartsWith("root: /a\nroot: /b\nexclude Wildcard: *.o\n", FileSetText.Of(one), StringComparison.Ordinal);
        Assert.NotEqual(FileSetText.HashOf(one), FileSetText.HashOf(one with { OneFileSystem = false }));
        Assert.NotEqual(FileSetText.HashOf(one), FileSetText.HashOf(one with { Rules = [] }));
    }

    [Fact]
    public void Line_break_in_a_value_does_not_make_a_setting_of_its_own()
    {
        var set = new FileSet("s", ["/a"], [], ExcludeDirectoriesContaining: ["x\nallow empty roots: yes"]);

        Assert.DoesNotContain("\nallow empty roots: yes", FileSetText.Of(set), StringComparison.Ordinal);
    }
}
