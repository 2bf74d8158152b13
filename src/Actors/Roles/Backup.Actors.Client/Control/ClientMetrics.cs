using System.Diagnostics.Metrics;
using Backup.Messages.Clients;
using Backup.Messages.Ids;

namespace Backup.Actors.Client.Control;

/// <summary>The figures of one client for monitoring, taken from what it says to the director. Called under the engine's lock.</summary>
internal sealed class ClientMetrics : IDisposable
{
    private readonly Meter _meter = new("Backup.Client");
    private readonly KeyValuePair<string, object?> _client;
    private readonly Counter<long> _files;
    private readonly Counter<long> _read;
    private readonly Counter<long> _sent;
    private readonly Dictionary<JobId, ClientProgress> _told = [];

    /// <summary>Working and isAttached are asked whenever monitoring reads the figures, on its thread.</summary>
    public ClientMetrics(string client, Func<int> working, Func<bool> isAttached)
    {
        _client = new("client", client);
        _files = _meter.CreateCounter<long>("backup.client.files", "{file}", "Files saved or restored.");
        _read = _meter.CreateCounter<long>("backup.client.read", "By", "Bytes of content read, or written by a restore.");
        _sent = _meter.CreateCounter<long>("backup.client.sent", "By", "Bytes of records sent to storages.");
        _meter.CreateObservableGauge("backup.client.jobs", () => new Measurement<int>(working(), _client), "{job}", "Jobs worked on.");
        _meter.CreateObservableGauge("backup.client.attached", () => new Measurement<int>(isAttached() ? 1 : 0, _client), "{link}",
            "1 while a director is on the control link.");
    }

    /// <summary>Progress is told in totals of the job; what came since the last is counted.</summary>
    public void Progressed(ClientProgress now)
    {
        ClientProgress? before = _told.GetValueOrDefault(now.Job);
        _told[now.Job] = now;
        _files.Add(Math.Max(0, now.FilesSaved - (before?.FilesSaved ?? 0)), _client);
        _read.Add(Math.Max(0, now.BytesRead - (before?.BytesRead ?? 0)), _client);
        _sent.Add(Math.Max(0, now.BytesSent - (before?.BytesSent ?? 0)), _client);
    }

    /// <summary>The end has the totals; a job of less than a second told nothing before.</summary>
    public void Ended(object end)
    {
        JobId job = end switch { BackupEnded backup => backup.Job, RestoreEnded restore => restore.Job, _ => default };
        if (end is BackupEnded { Seal.Totals: { } totals } saved)
            Progressed(new ClientProgress(job, saved.Session, totals.Entries, totals.FilesSaved, totals.BytesRead, totals.BytesSent, ""));
        if (end is RestoreEnded restored)
            Progressed(new ClientProgress(job, default, restored.Entries, restored.Files, restored.BytesWritten, 0, ""));
        _told.Remove(job);
    }

    public void Dispose() => _meter.Dispose();
}
