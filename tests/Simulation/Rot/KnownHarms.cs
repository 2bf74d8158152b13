using Backup.Messages.Drives;

namespace Backup.Tests.Simulation.Rot;

/// <summary>Puts harms that are told in words once more on the volumes they were found on, to be judged again.</summary>
internal sealed class KnownHarms : IDisposable
{
    private readonly RotSample _sample;
    private readonly Dictionary<IMedium, Harm> _harms = [];

    /// <summary>The volumes of ./simulate --rot 1 --seed <paramref name="seed"/>.</summary>
    public KnownHarms(ulong seed)
    {
        _sample = RotSample.Make(seed);
        if (_sample.Seed != seed) throw new SimulationException($"seed {seed} makes no volumes to be harmed any more");
    }

    public void FlipInMemory(string volume, int place, int at)
    {
        IMedium medium = _sample.Memory.Single(one => one.Volume.Name == volume);
        long before = medium.Volume.Places.Take(place).Sum(block => (long)(block?.Length ?? 0));
        medium.Flip((before + at) * 8, HarmOf(medium));
    }

    /// <summary>Flips the first bit of a place of a cartridge or a disk volume, and cuts it at a byte of its file.</summary>
    public void FlipAndCutInFile(bool isCartridge, string volume, int place, long at)
    {
        (IDrive drive, IMedium medium) =
            _sample.Files.Single(one => one.Medium.IsFramed == isCartridge && one.Medium.Volume.Name == volume);
        Harm harm = HarmOf(medium);
        medium.Flip(((FileMedium)medium).BeginOf(place) * 8, harm);
        medium.Cut(at, harm);
        RotChecks.Check(drive, harm, _sample.Records);
    }

    /// <summary>Reads the volumes in memory in every way, and restores each job from them.</summary>
    public void ReadAndRestore()
    {
        foreach (Harm harm in _harms.Values) RotChecks.Check(_sample.MemoryDrive, harm, _sample.Records);
        var restore = new RotRestore(_sample);
        foreach (Saved saved in _sample.Saved) restore.Check(saved, [.. _harms.Values]);
    }

    public void Dispose() => _sample.Dispose();

    private Harm HarmOf(IMedium medium)
    {
        if (!_harms.TryGetValue(medium, out Harm? harm)) _harms[medium] = harm = new Harm(medium.Volume) { IsFramed = medium.IsFramed };
        return harm;
    }
}
