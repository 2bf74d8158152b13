using Backup.Actors.Director.Catalogs;
using Backup.Catalog;
using Backup.Catalog.Log;
using Backup.Commands;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>
/// What an operator did, and what came of it, for the catalog's audit: written when the first thing is known that happened, so that a run
/// that is followed for hours is there at once. An audit that cannot be written refuses the command.
/// </summary>
internal sealed class CommandAudit(DirectorParts parts, ParsedCommand command, Caller caller)
{
    private bool _isWritten = !command.Acts;

    /// <summary>Sees each document of the answer before its reader does.</summary>
    public async Task See(ApiEvent document)
    {
        if (_isWritten || OutcomeOf(document) is not { } outcome) return;
        _isWritten = true;
        var line = new AuditLine(Instant.Now(parts.Clock), caller.Name, command.ToString(), outcome);
        await parts.Gate.Run(catalog => catalog.Log.AppendAudit(line)).ConfigureAwait(false);
    }

    private static string? OutcomeOf(ApiEvent document) => document switch
    {
        JobEvent job => $"job {job.JobId}",
        ErrorEvent error => $"refused: {error.Text}",
        EndEvent end => end.Status == EndStatus.Ok ? "done" : $"status {end.Status}",
        _ => null,
    };
}
