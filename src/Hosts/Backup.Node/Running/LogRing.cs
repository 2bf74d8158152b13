using System.Globalization;
using Backup.Messages.Inspection;
using Backup.Messages.Values;
using Serilog.Core;
using Serilog.Events;

namespace Backup.Node.Running;

/// <summary>The last lines of the log in memory, for 'inspect log'. Thread safe.</summary>
internal sealed class LogRing : ILogEventSink
{
    private const int TextCharactersMax = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new(LogWanted.KeptMax);

    public void Emit(LogEvent logEvent)
    {
        string text = logEvent.RenderMessage(CultureInfo.InvariantCulture);
        if (logEvent.Exception is { } e) text += $" ({e.GetType().Name}: {e.Message})";
        if (text.Length > TextCharactersMax) text = text[..TextCharactersMax] + "…";
        string source = logEvent.Properties.TryGetValue("SourceContext", out LogEventPropertyValue? found)
            && found is ScalarValue { Value: string name } ? name : "";
        var line = new LogLine(Instant.From(logEvent.Timestamp), logEvent.Level.ToString(), source, text);
        lock (_lock)
        {
            if (_lines.Count == LogWanted.KeptMax) _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public IReadOnlyList<LogLine> Last(int lines)
    {
        lock (_lock) return [.. _lines.TakeLast(lines)];
    }
}
