using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Backup.Tests.Simulation.Running;

/// <summary>
/// A run: one worker process a processor, each bound to its own, because the threads of a life hand one baton on and are never two at
/// work. Tells count and rate every few seconds, and each violation with its seed.
/// </summary>
internal sealed class Supervisor(WantedLives wanted, int processes, TextWriter to)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);
    private const int ViolationsMax = 20; // further ones say nothing new

    /// <summary>From here on what it costs to compile the hot code again comes back: a life takes a tenth less then.</summary>
    private const ulong LivesOfLongRun = 10_000;
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly FaultCounts _met = new();
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _lives;
    private long _violations;
    private ulong _last;

    public int Run()
    {
        to.WriteLine($"lives from seed {wanted.First} on, {processes} at a time");
        List<Process> workers = [.. Enumerable.Range(0, processes).Where(i => wanted.Count is not { } n || (ulong)i < n).Select(Start)];
        using (new Timer(_ => TellRate(), null, TellEvery, TellEvery))
            foreach (Process worker in workers) worker.WaitForExit();
        bool crashed = false;
        foreach (Process worker in workers)
        {
            if (worker.ExitCode is not (0 or 1)) to.WriteLine($"a worker ended with status {worker.ExitCode}");
            crashed |= worker.ExitCode != 0;
            worker.Dispose();
        }
        lock (_lock)
        {
            to.WriteLine($"seeds {wanted.First} to {_last}: {_lives} lives in {Seconds:0} s ({_lives / Seconds:0.0} a second)");
            to.WriteLine($"faults met: {_met}");
            to.WriteLine(_violations == 0 ? "no violation" : $"{_violations} violations");
        }
        return crashed || _violations > 0 ? 1 : 0;
    }

    private double Seconds => Math.Max(0.001, TimeProvider.System.GetElapsedTime(_began).TotalSeconds);

    private Process Start(int index)
    {
        ulong first = wanted.First + (ulong)index;
        string program = Path.ChangeExtension(typeof(Supervisor).Assembly.Location, null);
        List<string> arguments = ["--seed", Text(first), "--stride", Text((ulong)processes)];
        if (wanted.Count is { } count) arguments.AddRange(["--lives", Text(count - (ulong)index)]);
        if (wanted.Within is { } within) arguments.AddRange(["--minutes", within.TotalMinutes.ToString(CultureInfo.InvariantCulture)]);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1"; // who waits for the baton does not spin
        start.Environment["DOTNET_gcConcurrent"] = "0";
        if (wanted.Count >= LivesOfLongRun || wanted.Within >= LongRun)
        {
            start.Environment["DOTNET_TieredCompilation"] = "1";
            start.Environment["DOTNET_TieredPGO"] = "0";
        }
        Process worker = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        // Its first thread, before that makes others.
        if (OperatingSystem.IsLinux()) worker.ProcessorAffinity = (nint)1 << (index % Environment.ProcessorCount);
        worker.OutputDataReceived += (_, line) => Hear(line.Data);
        worker.BeginOutputReadLine();
        return worker;
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            if (!line.StartsWith('{'))
            {
                to.WriteLine(line);
                return;
            }
            WorkerLine said = JsonSerializer.Deserialize<WorkerLine>(line)!;
            _lives += said.Lives;
            _last = Math.Max(_last, said.Last);
            _met.Add(FaultCounts.Parse(said.Met));
            if (said.Violation is not { } violation || ++_violations > ViolationsMax) return;
            to.WriteLine($"VIOLATION (again: ./simulate --seed {said.Last})\n{violation}");
        }
    }

    private void TellRate()
    {
        lock (_lock) to.WriteLine($"{_lives} lives, {_lives / Seconds:0.0} a second, {_violations} violations");
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
