using System.Globalization;
using System.Text.RegularExpressions;
using Backup.Configuration.Variables;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Jobs;

namespace Backup.Jobs.Scripts;

/// <summary>From a job's script to the order to run it: variables filled in, the same as BACKUP_* in its environment. Pure.</summary>
public static partial class ScriptOrders
{
    /// <summary>The order for a script by its number, from 1; director is the name of the director's node.</summary>
    public static ScriptOrder Of(JobStatus status, int script, string director)
    {
        ArgumentNullException.ThrowIfNull(status);
        RunScript wanted = status.Specification!.Scripts[script - 1];
        Dictionary<string, string> values = TemplateVariables.All.ToDictionary(
            known => known.Name, known => Value(known.Name, status, director), StringComparer.Ordinal);
        string Fill(string word) =>
            TemplateText.Parse(word).Expand(part => part is VariablePart named ? values.GetValueOrDefault(named.Name, "") : "");
        return new ScriptOrder(
            status.Job, status.Session, script, [.. wanted.Command.Select(Fill)],
            [.. values.Select(value => new ScriptVariable(EnvironmentName(value.Key), value.Value))], wanted.Timeout, wanted.Once);
    }

    /// <summary>JobName → BACKUP_JOB_NAME.</summary>
    public static string EnvironmentName(string variable) => "BACKUP_" + Capitals().Replace(variable, "_$1").ToUpperInvariant();

    private static string Value(string variable, JobStatus status, string director)
    {
        JobSpecification job = status.Specification!;
        return variable switch
        {
            "JobId" => status.Job.ToString(),
            "JobName" => job.JobName,
            "Type" => job.Type.ToString(),
            "Level" => (status.LevelRun == JobLevel.None ? job.Level : status.LevelRun).ToString(),
            "Client" or "ClientName" => job.Client,
            "FileSet" => job.EffectiveFileSet?.Name ?? "",
            "Pool" => job.Pool,
            "Storage" => job.Storage,
            "Volumes" => Volumes(status),
            "Status" => (status.DecidedState ?? JobState.Running).Words(),
            "Reason" => status.DecidedReason,
            "Files" => Number(status.Client?.Seal?.Totals.FilesSaved ?? status.Restored?.Files ?? 0),
            "Bytes" => Number(status.Client?.Seal?.Totals.BytesRead ?? status.Restored?.BytesWritten ?? 0),
            "User" => job.User,
            "Scheduled" => job.Scheduled.ToString(),
            "Started" => (status.Started ?? status.PhaseSince).ToString(),
            "Since" => status.Reference?.ScanStarted.ToString() ?? "",
            "Director" => director,
            _ => "",
        };
    }

    private static string Volumes(JobStatus status) => status.Stored is { } stored
        ? string.Join(',', stored.Volumes.Select(span => span.Volume).Distinct())
        : status.Committed.Volume ?? "";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex Capitals();
}
