using System.Diagnostics;
using System.Text;
using Xunit;

namespace Backup.TestKit.Processes;

/// <summary>
/// A node of all roles as a process of its own, with a data folder of its own, and the console that talks to it.
/// It is stopped, or killed, by its own id and no other way. Not safe for several threads.
/// </summary>
public sealed class NodeProcess : IDisposable
{
    private const int LogCharactersMax = 1 << 20;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60), StopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);
    private readonly StringBuilder _log = new();
    private Process? _process;

    /// <summary>Prepares a node with its data in this folder (made where it is missing); <see cref="Start"/> starts it.</summary>
    public NodeProcess(string data, string? configuration = null)
    {
        Data = data;
        Configuration = configuration ?? BuiltPrograms.Script("config/hocon/quickstart.conf");
        Directory.CreateDirectory(data);
    }

    public string Data { get; }

    public string Configuration { get; }

    public string Socket => Path.Combine(Data, "run/backup.sock");

    public int Id => _process?.Id ?? throw new InvalidOperationException("the node is not running");

    /// <summary>What the node has printed so far, as far as it is kept (1 Mi characters).</summary>
    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>
    /// Starts it, where wanted by another program (as setpriv) that becomes it, and returns when the console gets answers; fails with
    /// its log where it does not come up.
    /// </summary>
    public NodeProcess Start(params string[] by)
    {
        Launch(by);
        return Await(() => Console("status").Status == 0);
    }

    /// <summary>The same for a node that has no director and carries no commands out: returns when it says that it is ready.</summary>
    public NodeProcess StartMember()
    {
        Launch([]);
        return Await(() => Log.Contains("is ready", StringComparison.Ordinal));
    }

    private void Launch(string[] by)
    {
        lock (_log) _log.Clear();
        string[] words = [.. by, BuiltPrograms.Node, "run", "--config", Configuration, "--data", Data];
        _process = ProgramRun.Start(words[0], words[1..], []);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    private NodeProcess Await(Func<bool> answers)
    {
        long since = Stopwatch.GetTimestamp();
        while (!answers())
        {
            if (_process!.WaitForExit(BetweenQuestions))
                Assert.Fail($"the node ended with status {_process.ExitCode} while it started\n{Log}");
            if (Stopwatch.GetElapsedTime(since) > StartLimit) Assert.Fail($"the node does not answer after {StartLimit}\n{Log}");
        }
        return this;
    }

    /// <summary>One command of the console against this node.</summary>
    public ProgramRun Console(params string[] words) => ProgramRun.Of(BuiltPrograms.Console, ["--socket", Socket, .. words]);

    /// <summary>The same, its answer as documents of JSON, one a line.</summary>
    public ConsoleAnswer Documents(params string[] words) => new(Console(["--json", .. words]));

    /// <summary>SIGTERM and its orderly end; fails where it takes too long.</summary>
    public void Stop()
    {
        if (_process is null) return;
        ProgramRun.Of("/bin/kill", ["-TERM", $"{_process.Id}"]).EndsWith(0);
        bool ended = _process.WaitForExit(StopLimit);
        if (!ended) Kill();
        Assert.True(ended, $"the node did not stop within {StopLimit}\n{Log}");
        Forget();
    }

    /// <summary>SIGKILL: what a power cut leaves, but for the page cache.</summary>
    public void Kill()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        Forget();
    }

    public void Dispose() => Kill();

    private void Forget()
    {
        _process?.Dispose();
        _process = null;
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            if (line is not null && _log.Length + line.Length < LogCharactersMax) _log.AppendLine(line);
        }
    }
}
