using Backup.Commands;
using Backup.Consoles;
using Backup.Consoles.Output;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Tests.Unit.ConsoleOutput;

public sealed class AnswerTextTests
{
    private static readonly ColumnsEvent Columns = new(
        [new("jobid", ColumnType.Id), new("job", ColumnType.Text), new("bytes", ColumnType.Bytes), new("started", ColumnType.Time),
            new("state", ColumnType.Text)]);

    private static RowEvent Row(long id, string job, long bytes) =>
        RowEvent.Of(("jobid", id), ("job", job), ("bytes", bytes), ("started", new Instant(1_763_858_577, 0)), ("state", "OK"));

    [Fact]
    [Trait("Req", "CON-21")]
    public void Table_is_aligned_numbers_to_the_right_and_has_no_blanks_at_line_ends()
    {
        (string output, _, _) = Answers.Show(false, Columns, Row(7, "home", 512), Row(1234, "nightly-of-all", 438_681), EndEvent.Done);
        Assert.Equal("""
            jobid  job                 bytes  started              state
                7  home                512 B  2025-11-23 00:42:57  OK
             1234  nightly-of-all  428.4 KiB  2025-11-23 00:42:57  OK

            """.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public void Table_longer_than_what_is_held_back_flows_through_in_order_and_cuts_nothing()
    {
        string wide = new('w', 300);
        var rows = Enumerable.Range(1, TableText.RowsToLearnFrom * 3).Select(i => (ApiEvent)Row(i, i == 500 ? wide : "j", i)).ToArray();
        (string output, _, _) = Answers.Show(false, [Columns, .. rows]);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(rows.Length + 1, lines.Length);
        Assert.Contains(wide, lines[500], StringComparison.Ordinal);
        Assert.All(lines.Skip(1).Select((line, i) => (line, i)), pair =>
            Assert.StartsWith($"{pair.i + 1}", pair.line.TrimStart(), StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_are_shown_before_the_answer_ends_once_the_widths_are_learnt()
    {
        var output = new StringWriter();
        var answer = new AnswerText(new(TextReader.Null, output, TextWriter.Null));
        answer.Show(Columns);
        for (int i = 1; i < TableText.RowsToLearnFrom; i++) answer.Show(Row(i, "j", 1));
        Assert.Empty(output.ToString());
        answer.Show(Row(TableText.RowsToLearnFrom, "j", 1));
        Assert.NotEmpty(output.ToString());
    }

    [Fact]
    public void Progress_on_a_terminal_is_rewritten_in_place_never_wider_than_the_terminal_and_gone_at_the_end()
    {
        string deep = $"/a/very/long/path/{new string('x', 100)}/end";
        var progress = new ProgressEvent(12, "running", 1234, 5L << 30, 200 << 20, 25.6, deep);
        (string output, _, AnswerText answer) = Answers.Show(true, progress, progress, EndEvent.Of(12, JobState.Ok));
        const string Figures = "job 12  running  1,234 files  5.0 GiB  200.0 MiB/s  26 s";
        string path = $"  …{new string('x', 52)}/end";
        Assert.Equal(59, path.Length);
        string drawn = $"{Figures}\x1b[K\n{path}\x1b[K";
        Assert.Equal($"\r{drawn}\r\x1b[1A{drawn}\r\x1b[1A\x1b[Jjob 12 ended: OK\n", output);
        Assert.Equal((12L, 0), (answer.JobId, answer.Status));
    }

    [Fact]
    public void Progress_has_a_bar_and_the_time_left_where_it_is_known_how_much_there_is()
    {
        var progress = new ProgressEvent(3, "Saving", 10, 50, 10, 5, null, 20, 100);
        (string output, _, _) = Answers.Show(true, progress);
        Assert.Contains($"job 3  Saving  {new string('█', 12)}{new string('░', 12)} 50 %", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\x1b[3", output, StringComparison.Ordinal);
        var wide = new ConsoleTerminal(TextReader.Null, new StringWriter(), TextWriter.Null)
            { IsTerminal = true, HasColour = true, Width = 140 };
        new LiveProgress(wide).Show(progress);
        Assert.Contains($"\x1b[32m{new string('█', 12)}\x1b[0m", wide.Output.ToString(), StringComparison.Ordinal);
        Assert.Contains("5.00 s, about 5.00 s left", wide.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_was_resized_is_right_with_the_next_progress()
    {
        int width = 100;
        var terminal = new ConsoleTerminal(TextReader.Null, new StringWriter(), TextWriter.Null)
            { IsTerminal = true, MeasureWidth = () => width };
        var live = new LiveProgress(terminal);
        live.Show(new ProgressEvent(1, "Saving", 1, 1, 1, 1, "/" + new string('a', 300)));
        width = 30;
        live.Show(new ProgressEvent(1, "Saving", 1, 1, 1, 1, "/" + new string('a', 300)));
        string last = terminal.Output.ToString()!.Split("\x1b[1A")[^1];
        Assert.All(last.Split('\n'), line => Assert.Equal(29, line.Replace("\x1b[K", "", StringComparison.Ordinal).Length));
    }

    [Fact]
    public void Progress_elsewhere_is_a_plain_line_at_most_every_ten_seconds()
    {
        ApiEvent[] progress = [.. Enumerable.Range(0, 25).Select(second => new ProgressEvent(1, "running", second, 0, 0, second))];
        (string output, _, _) = Answers.Show(false, progress);
        Assert.Equal(3, output.Count(c => c == '\n'));
        Assert.DoesNotContain('\r', output);
        Assert.DoesNotContain('\x1b', output);
    }

    [Fact]
    public void Errors_go_to_the_error_stream_and_nothing_that_came_acts_on_the_terminal()
    {
        (string output, string error, _) = Answers.Show(false,
            new ErrorEvent("no job 'a\x1b[2J'"), new TextEvent("two\nlines\x07"), new JobEvent(3, "n\u202Eame", "Failed", 'E'),
                EndEvent.Refused);
        Assert.Equal("backup: no job 'a\\x1b[2J'\n", error);
        Assert.Equal("two\nlines\\x07\njob 3 (n\\xe2\\x80\\xaeame): Failed\n", output);
    }

    [Fact]
    public void Log_lines_carry_their_time_and_their_weight()
    {
        (string output, _, _) = Answers.Show(false,
            LogEvent.At(new Instant(0, 0), LogSeverity.Note, "level raised to Full: no usable Full"),
                LogEvent.At(new Instant(1, 0), LogSeverity.Warning, "1 file unsaved"));
        Assert.Equal("1970-01-01 00:00:00  level raised to Full: no usable Full\n1970-01-01 00:00:01  warning: 1 file unsaved\n", output);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1_048_575, "1.0 MiB")]
    [InlineData(1L << 40, "1.0 TiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Bytes_have_units(long bytes, string expected) => Assert.Equal(expected, ValueText.Bytes(bytes));

    [Theory]
    [InlineData(0.25, "0.25 s")]
    [InlineData(9.999, "10 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7620, "2 h 07 min")]
    [InlineData(274_000, "3 d 04 h")]
    [InlineData(-5, "-5.00 s")]
    [InlineData(double.NaN, "-")]
    public void Durations_have_units(double seconds, string expected) => Assert.Equal(expected, ValueText.Duration(seconds));

    [Fact]
    public void Times_are_shown_in_the_zone_of_the_reader()
    {
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), null, null);
        Assert.Equal("2026-11-23 02:42:57", ValueText.Of("2026-11-23T00:42:57Z", ColumnType.Time, zone));
        Assert.Equal("@253402300800", ValueText.Of("@253402300800", ColumnType.Time, zone));
        Assert.Equal("-", ValueText.Of((string?)null, ColumnType.Time, zone));
    }

    [Theory]
    [InlineData(JobState.Ok, 0)]
    [InlineData(JobState.OkWithWarnings, 0)]
    [InlineData(JobState.Failed, 1)]
    [InlineData(JobState.Incomplete, 3)]
    [InlineData(JobState.Canceled, 4)]
    public void Exit_status_is_the_end_state_of_the_run(JobState state, int expected) =>
        Assert.Equal(expected, Answers.Show(false, EndEvent.Of(1, state)).Answer.Status);
}
