using System.Runtime.CompilerServices;
using Backup.Commands;
using Backup.Consoles;
using Backup.Consoles.Prompt;

namespace Backup.Tests.Unit.ConsolePrompt;

public sealed class DialogueTests : IDisposable
{
    private readonly List<string> _sent = [];
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    [Trait("Req", "CON-15")]
    public async Task Restore_alone_leads_by_numbers_and_a_tree_to_the_words_of_a_restore()
    {
        IReadOnlyList<string> words = await new RestoreDialogue(Typing(
            "9", "4", "2", "ls", "cd etc", "mark hosts", "mark nowhere", "cd nowhere", "pwd", "cd ..", "mark /home/*", "unmark /home/b",
            "marked", "done", "/tmp/r")).Ask();
        Assert.Equal(["restore", "jobid=7", "file=/etc/hosts", "file=/home/a", "where=/tmp/r", "wait"], words);
        Assert.Equal(CommandId.Restore, CommandParser.Utc.Parse(words).Id);
        Assert.Contains("client c1, the only one", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("/nowhere is not in the tree", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n/etc\n", _output.ToString(), StringComparison.Ordinal);
        Assert.All(_sent.Where(line => line.StartsWith("restore", StringComparison.Ordinal)), line =>
            Assert.EndsWith("preview", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("2", "7", ".")]
    [InlineData("2", "7", "2", ".")]
    public async Task A_dot_leaves_wherever_it_is_typed(params string[] lines) =>
        await Assert.ThrowsAsync<GivenUpException>(() => new RestoreDialogue(Typing(lines)).Ask());

    [Fact]
    [Trait("Req", "CON-16")]
    public async Task Run_without_yes_shows_its_values_lets_them_be_changed_and_wants_a_yes()
    {
        IReadOnlyList<string>? words = await Confirm("level=Fulll", "level=Full pri=3", "yes");
        Assert.Equal(["run", "job=nightly", "level=Full", "priority=3", "yes"], words);
        Assert.Equal(["run job=nightly level=Incremental preview", "run job=nightly level=Incremental preview",
            "run job=nightly level=Full priority=3 preview"], _sent);
        Assert.Contains("value  nightly", _output.ToString().Replace("what", "value", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no")]
    [InlineData(".")]
    [InlineData("perhaps")]
    public async Task Anything_but_yes_does_nothing(string answer) => Assert.Null(await Confirm(answer));

    private Task<IReadOnlyList<string>?> Confirm(params string[] lines)
    {
        ConsoleTerminal terminal = Terminal(lines);
        var following = new Following(terminal, Interruption.ByHand(), Node);
        return new Confirmation(terminal, CommandParser.Utc, following, new Questions(terminal, Node, default))
            .Ask(CommandParser.Utc.ParseLine("run job=nightly level=Incremental"));
    }

    private Questions Typing(params string[] lines) => new(Terminal(lines), Node, default);

    private ConsoleTerminal Terminal(string[] lines) =>
        new(new StringReader(string.Join('\n', lines)), _output, TextWriter.Null) { IsInteractive = true };

    /// <summary>A node with client c1, whose job 7 saw /etc/hosts, /home/a and /home/b.</summary>
    private async IAsyncEnumerable<byte[]> Node(IReadOnlyList<string> words, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        string line = string.Join(' ', words);
        _sent.Add(line);
        foreach (ApiEvent document in Answer(line)) yield return ApiJson.Write(document);
    }

    private static IEnumerable<ApiEvent> Answer(string line) => line switch
    {
        "list clients" => [RowEvent.Of(("name", "c1")), EndEvent.Done],
        "restore client=c1 preview" or "restore jobid=7 preview" => [Fact("jobid", "7"), Fact("job", "nightly"), EndEvent.Done],
        "list files jobid=7 path=/ children" => [File("d", "/etc"), File("d", "/home"), EndEvent.Done],
        "list files jobid=7 path=/etc children" => [File("-", "/etc/hosts"), EndEvent.Done],
        "list files jobid=7 path=/home children" => [File("-", "/home/a"), File("-", "/home/b"), EndEvent.Done],
        "list files jobid=7 path=/etc/hosts limit=1" => [File("-", "/etc/hosts"), EndEvent.Done],
        _ when line.StartsWith("run ", StringComparison.Ordinal) =>
            [ColumnsEvent.Of(CommandId.Run), Fact("value", "nightly"), EndEvent.Done],
        _ => [new ErrorEvent("/nowhere is not in the tree of job 7"), EndEvent.Refused],
    };

    private static RowEvent Fact(string what, string value) => RowEvent.Of(("what", what), ("value", value));

    private static RowEvent File(string type, string path) => RowEvent.Of(("type", type), ("size", 5L), ("path", path));
}
