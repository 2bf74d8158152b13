using Backup.Messages.Values;

namespace Backup.Scripts.Processes;

/// <summary>Lines that a program writes to its two outputs: the first are kept, cut where they are long; the others are counted.</summary>
internal sealed class ScriptOutput
{
    public const int LinesMax = 100;
    public const int LineBytesMax = 500;
    private const int BufferBytes = 8 << 10;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private long _dropped;

    public (IReadOnlyList<string> Lines, long Dropped) Kept
    {
        get
        {
            lock (_lock) return ([.. _lines], _dropped);
        }
    }

    /// <summary>Reads on a thread of its own to the end of the stream.</summary>
    public Thread Read(Stream output)
    {
        var thread = new Thread(() => ReadToEnd(output)) { Name = "script output", IsBackground = true };
        thread.Start();
        return thread;
    }

    private void ReadToEnd(Stream output)
    {
        var buffer = new byte[BufferBytes];
        var line = new List<byte>(LineBytesMax);
        try
        {
            for (int read; (read = output.Read(buffer)) > 0;)
                foreach (byte letter in buffer.AsSpan(0, read))
                {
                    if (letter == (byte)'\n') Take(line);
                    else if (line.Count < LineBytesMax) line.Add(letter);
                }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The program is over, and what it left running still has the output: nobody listens to that.
        }
        if (line.Count > 0) Take(line);
    }

    private void Take(List<byte> line)
    {
        lock (_lock)
        {
            if (_lines.Count < LinesMax) _lines.Add(ByteText.Show(line.ToArray()));
            else _dropped++;
        }
        line.Clear();
    }
}
