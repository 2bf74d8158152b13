using Backup.Commands;
using Backup.Consoles;
using Backup.Consoles.Prompt;

namespace Backup.Tests.Unit.ConsolePrompt;

public sealed class LineEditorTests
{
    [Theory]
    [InlineData("list jobs\n", "list jobs")]
    [InlineData("lisst\b\bt jobs\n", "list jobs")]
    [InlineData("jobs<Home>list <End> x\n", "list jobs x")]
    [InlineData("lst<Left><Left>i\n", "list")]
    [InlineData("wrong words<^U>help\n", "help")]
    [InlineData("list joob<^W>jobs\n", "list jobs")]
    [InlineData("nonsense<^C>", "")]
    [InlineData("<Up>\n", "status")]
    [InlineData("<Up><Up>\n", "list jobs")]
    [InlineData("half<Up><Down>way\n", "halfway")]
    [InlineData("sta<Tab>\n", "status ")]
    [InlineData("list fi<Tab>ets\n", "list filesets")]
    public void Keys_do_what_readline_does_with_them(string keys, string expected)
    {
        var history = new LineHistory(file: null);
        history.Add("list jobs");
        history.Add("status");
        Assert.Equal(expected, Editor(keys, history).Read("backup> "));
    }

    [Fact]
    public void End_of_input_on_an_empty_line_is_the_end_and_elsewhere_it_is_not()
    {
        Assert.Null(Editor("<^D>", new LineHistory(null)).Read("> "));
        Assert.Equal("ab", Editor("abc<Left><^D>\n", new LineHistory(null)).Read("> "));
    }

    [Fact]
    [Trait("Req", "CON-02")]
    public void History_is_there_after_a_restart_readable_by_its_owner_alone_and_bounded()
    {
        string folder = Directory.CreateTempSubdirectory("backup-history-").FullName;
        try
        {
            string file = LineHistory.FileOf(name => name == "XDG_STATE_HOME" ? folder : null)!;
            var first = new LineHistory(file);
            for (int i = 0; i <= LineHistory.LinesMax; i++) first.Add($"list jobs limit={i + 1}");
            first.Add("status");
            first.Add("status");
            first.Add("  ");
            var again = new LineHistory(file);
            Assert.Equal(LineHistory.LinesMax, again.Lines.Count);
            Assert.Equal(["list jobs limit=501", "status"], again.Lines.TakeLast(2));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LineEditor Editor(string keys, LineHistory history)
    {
        var left = new Queue<ConsoleKeyInfo>(Keys(keys));
        var terminal = new ConsoleTerminal(TextReader.Null, new StringWriter(), TextWriter.Null) { IsTerminal = true };
        return new LineEditor(terminal, left.Dequeue, history)
        {
            Complete = line => CommandCompletion.Of([.. CommandLine.Split(line).SkipLast(1)], CommandLine.Split(line)[^1]),
        };
    }

    private static IEnumerable<ConsoleKeyInfo> Keys(string keys)
    {
        for (int at = 0; at < keys.Length; at++)
        {
            if (keys[at] != '<') yield return Key(keys[at]);
            else
            {
                int end = keys.IndexOf('>', at);
                string name = keys[(at + 1)..end];
                at = end;
                yield return name[0] == '^' ? new ConsoleKeyInfo('\x01', Enum.Parse<ConsoleKey>(name[1..]), false, false, true)
                    : name == "Tab" ? new ConsoleKeyInfo('\t', ConsoleKey.Tab, false, false, false)
                    : new ConsoleKeyInfo(
                        '\0', Enum.Parse<ConsoleKey>(name is "Home" or "End" ? name : $"{name}Arrow"), false, false, false);
            }
        }
    }

    private static ConsoleKeyInfo Key(char c) => c switch
    {
        '\n' => new ConsoleKeyInfo('\n', ConsoleKey.Enter, false, false, false),
        '\b' => new ConsoleKeyInfo('\b', ConsoleKey.Backspace, false, false, false),
        _ => new ConsoleKeyInfo(c, default, false, false, false),
    };
}
