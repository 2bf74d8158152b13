using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLogLevel = Akka.Event.LogLevel;
using NetLogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Backup.Cluster.Telemetry;

/// <summary>
/// Takes what actors log to the process's log, under the actor's path. Attached to a system by <see cref="LogBridging"/>.
/// </summary>
public sealed class LogBridge : ReceiveActor
{
    private readonly ILoggerFactory _loggers;
    private readonly RepeatedLines _repeated = new(TimeProvider.System);

    public LogBridge(ILoggerFactory loggers)
    {
        _loggers = loggers;
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent happened)
    {
        string template = (happened.Message as LogMessage)?.Format ?? happened.LogSource;
        if (happened.LogLevel() >= AkkaLogLevel.WarningLevel)
        {
            if (_repeated.Pass(happened.LogClass, template) is not { } held) return;
            if (held > 0)
                _loggers.CreateLogger(happened.LogSource).LogWarning("{Held} more like the next line since it was last written", held);
        }
        ILogger logger = _loggers.CreateLogger(happened.LogSource);
        NetLogLevel level = Level(happened.LogLevel());
        // Named places of a template ("job {JobId}") become fields of the log; positions have no names worth keeping.
        if (happened.Message is LogMessage { PropertyNames: [var first, ..] } message && !char.IsAsciiDigit(first[0]))
            logger.Log(level, default, Fields(message), happened.Cause, (_, _) => message.ToString() ?? "");
        else logger.Log(level, happened.Cause, "{Message}", happened.Message?.ToString());
    }

    /// <summary>As the logging abstractions know a template with its fields: the template last, under this name.</summary>
    private static List<KeyValuePair<string, object?>> Fields(LogMessage message) =>
    [
        .. message.GetProperties().Select(field => new KeyValuePair<string, object?>(field.Key, field.Value)),
        new("{OriginalFormat}", message.Format),
    ];

    private static NetLogLevel Level(AkkaLogLevel level) => level switch
    {
        AkkaLogLevel.ErrorLevel => NetLogLevel.Error,
        AkkaLogLevel.WarningLevel => NetLogLevel.Warning,
        AkkaLogLevel.InfoLevel => NetLogLevel.Information,
        _ => NetLogLevel.Debug,
    };
}

/// <summary>Puts a <see cref="LogBridge"/> into a system.</summary>
public static class LogBridging
{
    public static void AttachLog(this ActorSystem system, ILoggerFactory loggers)
    {
        IActorRef bridge = system.ActorOf(Akka.Actor.Props.Create(() => new LogBridge(loggers)), "log");
        foreach (Type level in (Type[])[typeof(Error), typeof(Warning), typeof(Info), typeof(Debug)])
            system.EventStream.Subscribe(bridge, level);
    }
}
