namespace Backup.Tests.Tidy;

public sealed class SizeTests
{
    private const int FileLinesMax = 300, FunctionLinesMax = 60, ColumnsMax = 140;

    [Fact]
    public void A_file_has_at_most_300_lines() => Allowed.Check("file-length", Sources()
        .Where(source => LinesIn(source) > FileLinesMax)
        .Select(source => new Fault(source.Path, LinesIn(source), $"{LinesIn(source)} lines: split it along its own seams")));

    [Fact]
    public void A_function_has_at_most_60_lines() => Allowed.Check("function-length", Sources()
        .SelectMany(source => Functions.In(source).Where(function => function.Lines > FunctionLinesMax)
            .Select(function => new Fault(source.Path, function.FirstLine,
                $"{function.Name} has {function.Lines} lines: keep the control flow here, move the leaves out"))));

    [Fact]
    public void A_line_has_at_most_140_columns() => Allowed.Check("line-length", Sources()
        .SelectMany(source => source.Lines.Index().Where(line => line.Item.Length > ColumnsMax)
            .Select(line => new Fault(source.Path, line.Index + 1, $"{line.Item.Length} columns: break the line"))));

    [Fact]
    public void Functions_are_found_by_their_braces_and_tables_are_not_functions()
    {
        var source = new CSharpSource("a.cs", """
            namespace A;
            internal sealed class B(int x)
            {
                private static readonly int[] Table = new int[]
                {
                    1,
                };
                public string C(int y)
                {
                    if (y > 0) { return $"{y switch { 1 => "}", _ => "{" }}"; } // }
                    return "{";
                }
                public int D => x;
            }
            """);
        Assert.Equal(new Functions.Function("C", 8, 12), Assert.Single(Functions.In(source)));
    }

    private static IEnumerable<CSharpSource> Sources() => Repository.CSharp("src/").Concat(Repository.CSharp("tests/"));

    private static int LinesIn(CSharpSource source) => source.Lines[^1].Length == 0 ? source.Lines.Length - 1 : source.Lines.Length;
}
