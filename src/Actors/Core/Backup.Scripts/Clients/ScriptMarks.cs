using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Wire;
using Backup.Scripts.Processes;

namespace Backup.Scripts.Clients;

/// <summary>
/// What a client has begun and how it ended: a file for each, named after job, run and script. A mark is durable when the call returns.
/// </summary>
public sealed class ScriptMarks
{
    private const string Began = ".began", Ended = ".ended", Unfinished = ".new";

    /// <summary>After this nobody asks any more: the job's director would have said that it is known.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private readonly string _folder;

    public ScriptMarks(string folder, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _folder = folder;
        Directory.CreateDirectory(folder);
        DateTime oldest = clock.GetUtcNow().UtcDateTime - Life;
        foreach (string mark in Directory.GetFiles(folder))
            if (mark.EndsWith(Unfinished, StringComparison.Ordinal) || File.GetLastWriteTimeUtc(mark) < oldest) File.Delete(mark);
    }

    public bool HasBegun(ScriptOrder order) => File.Exists(NameOf(order) + Began);

    /// <summary>How it ended; null where it has not, or its mark cannot be read.</summary>
    public ScriptEnded? EndOf(ScriptOrder order)
    {
        string mark = NameOf(order) + Ended;
        if (!File.Exists(mark)) return null;
        try
        {
            return CborMap.Decode<ScriptEnded>(File.ReadAllBytes(mark));
        }
        catch (WireFormatException)
        {
            return null; // A damaged mark is as good as none: that it began is known.
        }
    }

    public void Begin(ScriptOrder order) => Write(NameOf(order) + Began, []);

    public void End(ScriptOrder order, ScriptEnded ended) => Write(NameOf(order) + Ended, CborMap.Encode(ended));

    /// <summary>The director knows how the scripts of this job ended that have.</summary>
    public void Forget(JobId job)
    {
        foreach (string ended in Directory.GetFiles(_folder, $"{job}-*{Ended}"))
        {
            File.Delete(ended[..^Ended.Length] + Began);
            File.Delete(ended);
        }
    }

    private string NameOf(ScriptOrder order) => Path.Combine(_folder, $"{order.Job}-{order.Run}-{order.Script}");

    private void Write(string name, byte[] content)
    {
        using (var file = new FileStream(name + Unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(name + Unfinished, name, overwrite: true);
        ProcessCalls.SyncFolder(_folder);
    }
}
