using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Backup.Benchmarks.Micro;

/// <summary>
/// Codecs and transforms one by one: `./bench micro`, or with BenchmarkDotNet's own options behind it (`--filter '*Node*'`).
/// </summary>
internal static class Program
{
    private static int Main(string[] words)
    {
        // In this process: BenchmarkDotNet would build a project of its own for each, which knows no central versions of packages.
        Job job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        IConfig config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default);
        string[] filter = words.Contains("--filter") ? words : [.. words, "--filter", "*"];
        return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(filter, config).Any() ? 0 : 1;
    }
}
