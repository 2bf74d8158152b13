using System.ComponentModel;
using System.Diagnostics;
using Backup.Messages.Clients;

namespace Backup.Scripts.Processes;

/// <summary>One program from its start to its end, on the calling thread.</summary>
internal static class ScriptProcess
{
    /// <summary>A program starts as the leader of a session of its own by this one, of util-linux, which every Debian has.</summary>
    private const string SessionLeader = "/usr/bin/setsid";

    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>For what a program has written before its end to be read.</summary>
    private static readonly TimeSpan OutputWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TimeoutMax = TimeSpan.FromDays(7);

    /// <summary>Why gives the reason of a stop, once the token is canceled. Never throws.</summary>
    public static ScriptEnded Run(ScriptOrder order, TimeProvider clock, Func<string> why, CancellationToken stop)
    {
        long began = clock.GetTimestamp();
        var output = new ScriptOutput();
        ScriptEnded Over(int? status, string? failure)
        {
            (IReadOnlyList<string> lines, long dropped) = output.Kept;
            return new(order.Job, order.Run, order.Script, status, failure, lines, dropped, clock.GetElapsedTime(began));
        }
        if (stop.IsCancellationRequested) return Over(null, why());
        if (Find(order.Command[0]) is not { } program)
            return Over(null, $"there is no program '{order.Command[0]}'; scripts find theirs by a whole path or in {Path}");
        try
        {
            using Process process = Start(order, program);
            using CancellationTokenRegistration kill = stop.Register(() => ProcessCalls.KillGroup(process.Id));
            Thread[] readers = [output.Read(process.StandardOutput.BaseStream), output.Read(process.StandardError.BaseStream)];
            bool isInTime = process.WaitForExit(order.Timeout < TimeoutMax ? order.Timeout : TimeoutMax);
            if (!isInTime) ProcessCalls.KillGroup(process.Id);
            process.WaitForExit();
            foreach (Thread reader in readers) reader.Join(OutputWithin);
            return stop.IsCancellationRequested ? Over(null, $"killed: {why()}")
                : isInTime ? Over(process.ExitCode, null)
                : Over(null, $"killed after its time-out of {order.Timeout}");
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return Over(null, $"{program} cannot be run: {e.Message}");
        }
    }

    private static Process Start(ScriptOrder order, string program)
    {
        var start = new ProcessStartInfo(SessionLeader)
        {
            UseShellExecute = false, WorkingDirectory = "/",
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (string argument in order.Command.Skip(1)) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = Path;
        start.Environment["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        start.Environment["LANG"] = "C.UTF-8";
        foreach (ScriptVariable variable in order.Environment) start.Environment[variable.Name] = variable.Value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("it did not start");
        process.StandardInput.Close();
        return process;
    }

    private static string? Find(string program) =>
        program.StartsWith('/') ? File.Exists(program) ? program : null
        : program.Contains('/', StringComparison.Ordinal) ? null
        : Path.Split(':').Select(folder => $"{folder}/{program}").FirstOrDefault(File.Exists);
}
