using System.Text.RegularExpressions;

namespace Backup.Tests.Tidy;

public sealed class BannedCallTests
{
    private const string Blocking = @"\.Wait\(\)|\.GetAwaiter\(\)\.GetResult\(|\)\.Result\b|\b[tT]ask\.Result\b";

    public static TheoryData<string, string, string> Banned => new()
    {
        { "clock", @"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b", "take a TimeProvider" },
        { "random-id", @"\bGuid\.(NewGuid|CreateVersion7)\(", "take an IEntropy" },
        { "random", @"\bnew Random\(|\bRandom\.Shared\b", "take an IEntropy" },
        { "sleep", @"\bThread\.Sleep\(", "wait for the event itself, or for a timer of the TimeProvider" },
        { "delay", @"\bTask\.Delay\(", "schedule a message, or use a timer of the TimeProvider" },
        { "blocking", Blocking, "await, or do the work on a thread of its own" },
        { "task-run", @"\bTask\.Run\(|\bTask\.Factory\.StartNew\(", "give long work a named thread; actors stay on their dispatcher" },
        { "unbounded", @"\bCreateUnbounded\b|\bUnboundedChannelOptions\b", "use a bounded channel with a named capacity" },
        { "async-void", @"\basync void\b", "return a Task: an exception in 'async void' ends the process" },
        { "bare-catch", @"\bcatch\s*(\{|when\b|$)", "name the exceptions that are expected here" },
        { "swallowed", @"\bcatch\s*\(Exception(\s+\w+)?\)\s*\{\s*\}", "say what failed, or let it go on" },
    };

    [Theory]
    [MemberData(nameof(Banned))]
    public void Source_does_not_call_what_has_a_replacement(string rule, string pattern, string instead)
    {
        var banned = new Regex(pattern);
        Allowed.Check(rule, In(Repository.CSharp("src/"), banned, instead));
    }

    [Fact]
    public void Roles_do_not_ask() => Allowed.Check("ask",
        In(Repository.CSharp("src/Actors/Roles/"), new Regex(@"\.Ask(<|\()"), "tell, and take the answer as a message"));

    [Theory]
    [InlineData("var now = DateTime.UtcNow;", "clock")]
    [InlineData("var x = new Random(7);", "random")]
    [InlineData("try { A(); } catch { }", "bare-catch")]
    [InlineData("int n = ReadAsync().Result;", "blocking")]
    [InlineData("work.Wait();", "blocking")]
    public void A_rule_finds_what_it_bans(string code, string rule)
    {
        string pattern = (string)Banned.Single(row => (string)row[0] == rule)[1];
        Assert.Single(In([new CSharpSource("a.cs", code)], new Regex(pattern), ""));
    }

    [Theory]
    [InlineData("// DateTime.UtcNow is not for us")]
    [InlineData("throw new E(\"DateTime.UtcNow\");")]
    [InlineData("catch (IOException) when (closed) { }")]
    public void A_rule_reads_code_and_not_comments_or_strings(string code)
    {
        var source = new CSharpSource("a.cs", code);
        Assert.All(Banned, row => Assert.Empty(In([source], new Regex((string)row[1]), "")));
    }

    private static IEnumerable<Fault> In(IEnumerable<CSharpSource> sources, Regex banned, string instead) =>
        from source in sources
        from line in source.CodeLines.Index()
        let found = banned.Match(line.Item)
        where found.Success
        select new Fault(source.Path, line.Index + 1, $"'{found.Value}': {instead}");
}
