using System.CommandLine;
using System.Globalization;
using Backup.Messages.Drives;
using Backup.Tests.Simulation.Running;

namespace Backup.Tests.Simulation.Rot;

/// <summary>So many harms to volumes, one to three at a time: each is read by every reader, some restored by the whole system.</summary>
internal sealed class RotRun(ulong seed, long harms, TextWriter to)
{
    /// <summary>Harms that one installation's volumes are made for.</summary>
    private const int HarmsPerSample = 300; // a life notices where one thread has the baton for a minute
    private const int ViolationsMax = 10;
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private long _flips;
    private long _cuts;
    private long _trials;
    private long _restores;
    private long _volumes;
    private long _told;

    public int Violations { get; private set; }
    public long Done => _flips + _cuts;

    public static bool IsAsked(string[] args) => args.Contains("--rot");

    /// <summary>The program behind ./simulate --rot.</summary>
    public static int Ask(string[] args)
    {
        var rot = new Option<long>("--rot") { Description = "how many bits flip and volumes are cut", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<ulong?>("--seed") { Description = "the first seed (default: from the clock)" };
        var command = new RootCommand("harms volumes and checks that only what was hit is lost, and named") { rot, seed };
        command.SetAction(parsed =>
        {
            var run = new RotRun(parsed.GetValue(seed) ?? Program.FreshSeed(), parsed.GetValue(rot), Console.Out);
            run.Run();
            return run.Violations == 0 ? 0 : 1;
        });
        return command.Parse(args).Invoke();
    }

    public void Run()
    {
        long began = _told = TimeProvider.System.GetTimestamp();
        ulong next = seed;
        while (Done < harms && Violations < ViolationsMax)
        {
            using RotSample sample = RotSample.Make(next);
            next = sample.Seed + 1;
            _volumes += sample.Volumes.Count;
            Harm(sample, Math.Min(harms, Done + HarmsPerSample));
        }
        double seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seeds {seed} to {next - 1}: {_flips} bits flipped and {_cuts} cuts in {_trials} trials on {_volumes} volumes, "
            + $"{_restores} restores by the whole system, in {seconds:0} s"));
        to.WriteLine(Violations == 0 ? "no violation" : $"{Violations} violations");
    }

    private void Harm(RotSample sample, long until)
    {
        var chance = new Seeded(sample.Seed ^ 0x5eed);
        var restore = new RotRestore(sample);
        while (Done < until && Violations < ViolationsMax)
        {
            bool inMemory = chance.OneIn(2);
            List<IMedium> touched = [];
            try
            {
                if (inMemory) InMemory(sample, chance, restore, touched);
                else InFile(sample, chance, touched);
            }
            catch (SimulationException e)
            {
                Violations++;
                to.WriteLine($"VIOLATION (volumes of ./simulate --rot 1 --seed {sample.Seed}): {e.Message}");
            }
            touched.ForEach(medium => medium.Heal());
            _trials++;
            if (TimeProvider.System.GetElapsedTime(_told) < TellEvery) continue;
            _told = TimeProvider.System.GetTimestamp();
            to.WriteLine($"{Done} harms, {Violations} violations");
        }
    }

    private void InFile(RotSample sample, Seeded chance, List<IMedium> touched)
    {
        (IDrive drive, IMedium medium) = sample.Files[chance.Below(sample.Files.Count)];
        touched.Add(medium);
        var harm = new Harm(medium.Volume) { IsFramed = medium.IsFramed };
        for (int i = chance.Pick(1, 1, 1, 2, 3); i > 0; i--) Do(medium, harm, chance);
        RotChecks.Check(drive, harm, sample.Records);
    }

    private void InMemory(RotSample sample, Seeded chance, RotRestore restore, List<IMedium> touched)
    {
        var harms = new Dictionary<IMedium, Harm>();
        for (int i = chance.Pick(1, 1, 1, 2, 3); i > 0; i--)
        {
            IMedium medium = sample.Memory[chance.Below(sample.Memory.Count)];
            if (!harms.TryGetValue(medium, out Harm? harm)) harms[medium] = harm = new Harm(medium.Volume) { IsFramed = medium.IsFramed };
            touched.Add(medium);
            Do(medium, harm, chance);
        }
        foreach (Harm harm in harms.Values) RotChecks.Check(sample.MemoryDrive, harm, sample.Records);
        if (!chance.OneIn(8)) return;
        _restores++;
        restore.Check(sample.Saved[chance.Below(sample.Saved.Count)], [.. harms.Values]);
    }

    private void Do(IMedium medium, Harm harm, Seeded chance)
    {
        long bit = (long)(chance.Next() % (ulong)medium.Bits);
        if (chance.OneIn(4))
        {
            medium.Cut(bit / 8, harm);
            _cuts++;
        }
        else
        {
            medium.Flip(bit, harm);
            _flips++;
        }
    }
}
