using System.Text;
using Backup.Commands;

namespace Backup.Consoles.Output;

/// <summary>Hands the documents of one answer on as they came, a line each.</summary>
internal sealed class AnswerJson(ConsoleTerminal terminal) : IAnswer
{
    public long? JobId { get; private set; }

    public int? Status { get; private set; }

    public void Take(byte[] line, ApiEvent? document)
    {
        if (document is JobEvent job) JobId = job.JobId;
        if (document is EndEvent end) (JobId, Status) = (end.JobId ?? JobId, end.Status);
        terminal.Output.Write(Encoding.UTF8.GetString(line) + "\n");
        terminal.Output.Flush();
    }

    public void Finish() => terminal.Output.Flush();

    public int Fail(string text, int status)
    {
        Write(new ErrorEvent(text));
        Write(new EndEvent(status, JobId));
        return status;
    }

    private void Write(ApiEvent document) => Take(ApiJson.Write(document), document);
}
