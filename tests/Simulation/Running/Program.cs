using System.CommandLine;

namespace Backup.Tests.Simulation.Running;

/// <summary>What ./simulate runs: lives of fresh seeds on every processor, or the life of one seed with its story.</summary>
internal static class Program
{
    private const double MinutesDefault = 3;

    public static int Main(string[] args)
    {
        if (Rot.RotRun.IsAsked(args)) return Rot.RotRun.Ask(args);
        var seed = new Option<ulong?>("--seed") { Description =
            "the first seed; alone: this life only, with its story (default: from the clock)" };
        var minutes = new Option<double?>("--minutes") { Description = $"how long fresh lives begin (default: {MinutesDefault})" };
        var lives = new Option<ulong?>("--lives") { Description = "how many lives, of seeds in a row" };
        var processes = new Option<int>("--processes")
        {
            Description = "how many processes, each on a processor of its own (default: one a processor)",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var crashPoints = new Option<ulong?>("--crash-points")
        {
            Description = "stops every write of catalog, volumes and outbox in turn, in so many lives (default: 1)",
            Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null, CustomParser = result =>
                result.Tokens.Count == 0 ? 1UL : ulong.TryParse(result.Tokens[0].Value, out ulong n) ? n : 1UL,
        };
        var stride = new Option<ulong>("--stride") { Hidden = true };
        var command = new RootCommand("lives the whole installation through seeded faults and checks what came of it")
        {
            seed, minutes, lives, processes, crashPoints, stride,
        };
        command.SetAction(parsed =>
        {
            ulong? first = parsed.GetValue(seed);
            if (parsed.GetResult(crashPoints) is { Implicit: false })
                return CrashRun.Run(first ?? 1, parsed.GetValue(crashPoints) ?? 1, Console.Out);
            double? within = parsed.GetValue(minutes);
            ulong? count = parsed.GetValue(lives);
            if (first is { } one && within is null && count is null) return OneLife.Tell(one, Console.Out);
            TimeSpan? time = within is null && count is not null ? null : TimeSpan.FromMinutes(within ?? MinutesDefault);
            var wanted = new WantedLives(first ?? FreshSeed(), count, time);
            return parsed.GetValue(stride) is var step and > 0
                ? new Worker(wanted, step, Console.Out).Run()
                : new Supervisor(wanted, parsed.GetValue(processes), Console.Out).Run();
        });
        return command.Parse(args).Invoke();
    }

    /// <summary>Seconds since 1970, a million seeds apart: runs begun at different times share no seed.</summary>
    public static ulong FreshSeed() => (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1_000_000;
}

/// <summary>Seeds from the first on: so many, or for so long, whatever comes first.</summary>
internal sealed record WantedLives(ulong First, ulong? Count, TimeSpan? Within);
