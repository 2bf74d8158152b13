using Backup.Actors.Director.Jobs;
using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Notices;

/// <summary>Where one job's messages go, decided at its first: a later change of the configuration does not lead them elsewhere.</summary>
internal sealed record NoticeRoute(string JobName, MessagesResource? Messages)
{
    /// <summary>
    /// Where the run says, else where its job says; null messages where that resource, or the job, is not in the configuration.
    /// </summary>
    public static NoticeRoute Of(string jobName, string? ofRun, BackupConfiguration configuration) => new(
        jobName,
        (ofRun ?? configuration.Jobs.GetValueOrDefault(jobName)?.Messages) is { } name
            ? configuration.Messages.GetValueOrDefault(name) : null);

    /// <summary>The line for this news, without its time; null where it is not wanted.</summary>
    public string? Line(JobNews news) => Messages is null ? null : news switch
    {
        JobSaid said when Wants(MessageKind.Log) => $"{Head(news)} {said.Text}",
        JobMoved moved when Wants(MessageKind.State) => $"{Head(news)} is {moved.State.Words()}{Because(moved.Reason)}",
        JobFinished finished when Wants(MessageKind.End) || (Wants(MessageKind.Trouble) && finished.State != JobState.Ok) =>
            $"{Head(news)} ended: {finished.State.Words()}{Because(finished.Reason)}",
        _ => null,
    };

    private bool Wants(MessageKind kind) => Messages!.Kinds.Contains(kind);

    private string Head(JobNews news) => $"job {news.Job} {JobName}:";

    private static string Because(string reason) => reason.Length == 0 ? "" : $": {reason}";
}
