using System.Globalization;
using Backup.Messages.Inspection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace Backup.Node.Running;

/// <summary>The process's log: structured lines in a file that rolls, and warnings on standard error.</summary>
internal sealed class NodeLog : IDisposable
{
    private const long FileBytesMax = 64 << 20;
    private const int FilesMax = 8;

    private readonly Serilog.Core.Logger _logger;
    private readonly LogRing _ring;

    private NodeLog(Serilog.Core.Logger logger, LogRing ring)
    {
        _logger = logger;
        _ring = ring;
        Loggers = new SerilogLoggerFactory(logger);
    }

    public ILoggerFactory Loggers { get; }

    /// <summary>The last lines, at most so many, the oldest first.</summary>
    public IReadOnlyList<LogLine> Last(int lines) => _ring.Last(lines);

    public static NodeLog Open(NodeSettings settings)
    {
        var ring = new LogRing();
        return new NodeLog(Logger(settings, ring), ring);
    }

    private static Serilog.Core.Logger Logger(NodeSettings settings, LogRing ring) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        // What stops a web host from starting is thrown as well, and becomes the one line for the user.
        .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
        .Enrich.WithProperty("Node", settings.Node.Name)
        .WriteTo.File(new CompactJsonFormatter(), settings.LogFile, fileSizeLimitBytes: FileBytesMax, rollOnFileSizeLimit: true,
            retainedFileCountLimit: FilesMax)
        .WriteTo.Console(LogEventLevel.Warning, "{Timestamp:u} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}",
            CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose)
        .WriteTo.Sink(ring)
        .CreateLogger();

    public void Dispose()
    {
        Loggers.Dispose();
        _logger.Dispose();
    }
}
