using System.Collections.Concurrent;
using System.Text;
using Akka.Event;
using Backup.Actors.Director.Jobs;
using Backup.Catalog;
using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Notices;

/// <summary>
/// The thread that appends messages of jobs to files. Bounded: what a slow disk does not take is left out and counted in the file; the
/// job's own log in the catalog has every line. A file is opened for each line, so that it can be moved away at any time.
/// </summary>
internal sealed class NoticeWriter : IDisposable
{
    /// <summary>Messages that may wait for the disk.</summary>
    private const int WaitingMax = 4096;

    /// <summary>Jobs whose way is known; of a job that never ends here it is looked up anew after so many others.</summary>
    private const int RoutesMax = 1024;

    private readonly DirectorParts _parts;
    private readonly ILoggingAdapter _log;
    private readonly BlockingCollection<JobNews> _waiting = new(WaitingMax);
    private readonly Dictionary<JobId, NoticeRoute> _routes = [];
    private long _lost;
    private string? _fault;

    public NoticeWriter(DirectorParts parts, ILoggingAdapter log)
    {
        (_parts, _log) = (parts, log);
        new Thread(WriteAll) { IsBackground = true, Name = "notices" }.Start();
    }

    /// <summary>Never waits. One thread at a time.</summary>
    public void Offer(JobNews news)
    {
        if (!_waiting.TryAdd(news)) Interlocked.Increment(ref _lost);
    }

    /// <summary>What waits is still written; nobody waits for that.</summary>
    public void Dispose() => _waiting.CompleteAdding();

    private void WriteAll()
    {
        foreach (JobNews news in _waiting.GetConsumingEnumerable())
        {
            try
            {
                Write(news);
            }
            catch (CatalogException e)
            {
                Complain(e.Message);
            }
            catch (ObjectDisposedException)
            {
                return; // The catalog was put away before this thread was through: the node stops.
            }
        }
    }

    private void Write(JobNews news)
    {
        NoticeRoute route = RouteOf(news);
        if (news is JobFinished) _routes.Remove(news.Job);
        if (route.Line(news) is not { } line) return;
        if (route.Messages!.ToLog) _log.Info("{0}", line);
        if (route.Messages.File is not { } file) return;
        Instant at = news is JobSaid said ? said.At : Instant.Now(_parts.Clock);
        long lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0) Append(file, $"{at} {lost} messages were left out: the disk did not take them in time");
        Append(file, $"{at} {line}");
    }

    private NoticeRoute RouteOf(JobNews news)
    {
        if (_routes.TryGetValue(news.Job, out NoticeRoute? known)) return known;
        string name = _parts.Gate.Catalog.Jobs.Find(news.Job)?.Name ?? "";
        if (_routes.Count == RoutesMax) _routes.Clear();
        return _routes[news.Job] = NoticeRoute.Of(name, news.Messages, _parts.Configuration);
    }

    private void Append(string file, string line)
    {
        string path = Path.GetFullPath(file, _parts.DataFolder);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.AppendAllText(path, OneLine(line) + "\n");
            _fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Complain($"messages of jobs cannot be written to {path}: {e.Message}");
        }
    }

    /// <summary>Once for each new fault: the next lines would say the same.</summary>
    private void Complain(string fault)
    {
        if (fault == _fault) return;
        _fault = fault;
        _log.Warning("{0}", fault);
    }

    /// <summary>Names of files may hold line ends.</summary>
    private static string OneLine(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var line = new StringBuilder();
        foreach (char letter in text) line.Append(char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter);
        return line.ToString();
    }
}
