namespace Backup.Catalog.Sql;

/// <summary>Statements about the job log and the audit.</summary>
internal static class LogSql
{
    public const string Append = "INSERT INTO job_log (job_id, at, text) VALUES (@job, @at, @text)";
    public const string List =
        "SELECT job_id AS Job, at AS At, text AS Text FROM job_log WHERE job_id = @job ORDER BY id LIMIT @limit OFFSET @skip";
    public const string AppendAudit = "INSERT INTO audit (at, user_name, deed, outcome) VALUES (@at, @user, @deed, @outcome)";
    public const string ListAudit =
        "SELECT at AS At, user_name AS UserName, deed AS Deed, outcome AS Outcome FROM audit ORDER BY id DESC LIMIT @limit";
}
