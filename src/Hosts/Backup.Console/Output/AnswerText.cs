using Backup.Commands;

namespace Backup.Consoles.Output;

/// <summary>Shows the documents of one answer as text, and remembers what the exit status and a detaching need.</summary>
internal sealed class AnswerText(ConsoleTerminal terminal) : IAnswer
{
    /// <summary>Seconds of a run between two lines of its progress where output is no terminal.</summary>
    private const double PlainProgressEvery = 10;

    private TableText? table;
    private readonly LiveProgress live = new(terminal);
    private double? lastProgress;

    public long? JobId { get; private set; }

    public int? Status { get; private set; }

    public void Take(byte[] line, ApiEvent? document)
    {
        if (document is not null) Show(document);
    }

    public int Fail(string text, int status)
    {
        Finish();
        Show(new ErrorEvent(text));
        return status;
    }

    public void Show(ApiEvent document)
    {
        if (document is RowEvent row && table is not null)
        {
            table.Add(row);
            return;
        }
        EndTable();
        if (document is ProgressEvent progress)
        {
            JobId = progress.JobId;
            ShowProgress(progress);
            return;
        }
        live.Clear();
        ShowLine(document);
        terminal.Output.Flush();
    }

    public void Finish()
    {
        EndTable();
        live.Clear();
        terminal.Output.Flush();
    }

    private void ShowLine(ApiEvent document)
    {
        switch (document)
        {
            case ColumnsEvent columns:
                table = new TableText(terminal, columns);
                break;
            case RowEvent row:
                terminal.Output.WriteLine(string.Join("  ",
                    row.Row.Select(cell => ValueText.Of(cell.Value, ColumnType.Text, terminal.Zone))));
                break;
            case TextEvent text:
                terminal.Output.WriteLine(ValueText.Clean(text.Text.TrimEnd('\n'), keepLines: true));
                break;
            case LogEvent log:
                terminal.Output.WriteLine($"{ValueText.Time(log.Time, terminal.Zone)}  {Mark(log.Severity)}{ValueText.Clean(log.Text)}");
                break;
            case JobEvent job:
                JobId = job.JobId;
                terminal.Output.WriteLine($"job {job.JobId} ({ValueText.Clean(job.Job)}): {ValueText.Clean(job.State)}");
                break;
            case ErrorEvent error:
                terminal.Output.Flush();
                terminal.Error.WriteLine($"backup: {ValueText.Clean(error.Text)}");
                break;
            case EndEvent end:
                if (end is { JobId: { } ended, State: { } state })
                    terminal.Output.WriteLine($"job {ended} ended: {ValueText.Clean(state)}");
                JobId = end.JobId ?? JobId;
                Status = end.Status;
                break;
        }
    }

    private void ShowProgress(ProgressEvent progress)
    {
        if (terminal.IsTerminal) live.Show(progress);
        else if (lastProgress is not { } last || progress.Seconds - last >= PlainProgressEvery || progress.Seconds < last)
        {
            lastProgress = progress.Seconds;
            terminal.Output.WriteLine(LiveProgress.Line(progress));
        }
        terminal.Output.Flush();
    }

    private void EndTable()
    {
        table?.End();
        table = null;
    }

    private static string Mark(LogSeverity severity) => severity switch
    {
        LogSeverity.Warning => "warning: ",
        LogSeverity.Error => "error: ",
        _ => "",
    };
}
