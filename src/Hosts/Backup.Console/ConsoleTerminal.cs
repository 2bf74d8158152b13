namespace Backup.Consoles;

/// <summary>What the console reads from and writes to; a test has its own.</summary>
internal sealed record ConsoleTerminal(TextReader Input, TextWriter Output, TextWriter Error)
{
    /// <summary>Output is a terminal: lines may be rewritten and are cut at its width; otherwise nothing is cut.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Somebody can be asked.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>The same at this moment: it may have been resized.</summary>
    public int WidthNow => MeasureWidth?.Invoke() ?? Width;

    public Func<int>? MeasureWidth { get; init; }

    /// <summary>One key as it is pressed, unseen; null where input is no terminal that tells keys.</summary>
    public Func<ConsoleKeyInfo>? ReadKey { get; init; }

    public bool HasColour { get; init; }

    /// <summary>In which times are shown and typed.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public static ConsoleTerminal OfProcess()
    {
        bool isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var output = new StreamWriter(Console.OpenStandardOutput(), new System.Text.UTF8Encoding(false), 16 * 1024) { AutoFlush = false };
        return new ConsoleTerminal(Console.In, output, Console.Error)
        {
            IsTerminal = isTerminal,
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            Width = isTerminal ? Math.Max(20, Console.WindowWidth) : 80,
            MeasureWidth = isTerminal ? () => Console.WindowWidth : null,
            ReadKey = isTerminal && !Console.IsInputRedirected ? ReadKeyUnseen : null,
            HasColour = isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "",
            Zone = TimeZoneInfo.Local,
        };
    }

    /// <summary>Ctrl-C is a key while a line is being typed.</summary>
    private static ConsoleKeyInfo ReadKeyUnseen()
    {
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }
}
