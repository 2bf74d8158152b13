using Backup.Catalog.Sql;
using Backup.Messages.Ids;

namespace Backup.Catalog.Log;

/// <summary>Job log and audit in SQL.</summary>
internal sealed class SqlLog(SqlAccess access) : ILogCatalog
{
    private sealed class LogData
    {
        public long Job { get; set; }
        public long At { get; set; }
        public string Text { get; set; } = "";
    }

    private sealed class AuditData
    {
        public long At { get; set; }
        public string UserName { get; set; } = "";
        public string Deed { get; set; } = "";
        public string Outcome { get; set; } = "";
    }

    public void Append(IReadOnlyList<LogLine> lines)
    {
        if (lines.Count == 0) return;
        access.Write(new CatalogWork("append to the log", lines[0].Job), unit =>
        {
            foreach (LogLine line in lines)
            {
                unit.Concern(line.Job.Value);
                unit.Execute(LogSql.Append, new { job = line.Job.Value, at = SqlTime.Of(line.At), text = line.Text });
            }
            return lines.Count;
        });
    }

    public IReadOnlyList<LogLine> List(JobId job, int limit, int skip = 0) => access.Read(new CatalogWork("list the log", job), unit =>
        (IReadOnlyList<LogLine>)[.. unit.Rows<LogData>(LogSql.List, new { job = job.Value, limit, skip })
            .Select(data => new LogLine(new JobId(data.Job), SqlTime.From(data.At), data.Text))]);

    public void AppendAudit(AuditLine line) => access.Write(new CatalogWork("append to the audit"), unit =>
        unit.Execute(LogSql.AppendAudit, new { at = SqlTime.Of(line.At), user = line.User, deed = line.Deed, outcome = line.Outcome }));

    public IReadOnlyList<AuditLine> ListAudit(int limit) => access.Read(new CatalogWork("list the audit"), unit =>
        (IReadOnlyList<AuditLine>)[.. unit.Rows<AuditData>(LogSql.ListAudit, new { limit })
            .Select(data => new AuditLine(SqlTime.From(data.At), data.UserName, data.Deed, data.Outcome))]);
}
