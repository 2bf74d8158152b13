using System.Diagnostics.Metrics;
using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Engine;

/// <summary>The figures of one storage for monitoring. Thread safe; counting costs a few nanoseconds where nobody listens.</summary>
internal sealed class StorageMetrics : IDisposable
{
    private readonly Meter _meter = new("Backup.Storage");
    private readonly KeyValuePair<string, object?> _storage;
    private readonly Counter<long> _received;
    private readonly Counter<long> _commits;
    private readonly Histogram<double> _commitTime;
    private readonly Counter<long> _ended;

    /// <summary>Status is asked whenever monitoring reads the figures, on its thread.</summary>
    public StorageMetrics(string storage, Func<StorageStatus> status)
    {
        _storage = new("storage", storage);
        _received = _meter.CreateCounter<long>("backup.storage.received", "By", "Bytes of records that came in from clients.");
        _commits = _meter.CreateCounter<long>("backup.storage.commit_points", "{point}", "Commit points on stable storage.");
        _commitTime = _meter.CreateHistogram<double>("backup.storage.commit.duration", "s", "What a commit point's last part took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 30] });
        _ended = _meter.CreateCounter<long>("backup.storage.sessions.ended", "{session}", "Sessions that ended, stored or not.");
        _meter.CreateObservableGauge("backup.storage.sessions", () => new Measurement<int>(status().Sessions.Count, _storage), "{session}",
            "Sessions being stored.");
        _meter.CreateObservableGauge("backup.storage.serving", () => new Measurement<long>(status().ServingChannels, _storage), "{channel}",
            "Channels that restores read from.");
        _meter.CreateObservableCounter("backup.storage.written", () => new Measurement<long>(status().BytesWritten, _storage), "By",
            "Bytes that the drive's thread has put on volumes.");
    }

    public void Received(int bytes) => _received.Add(bytes, _storage);

    public void Committed(TimeSpan took)
    {
        _commits.Add(1, _storage);
        _commitTime.Record(took.TotalSeconds, _storage);
    }

    public void Ended(bool isStored) => _ended.Add(1, _storage, new("stored", isStored ? "yes" : "no"));

    public void Dispose() => _meter.Dispose();
}
