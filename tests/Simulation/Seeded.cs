using System.Numerics;
using Backup.Messages.Ids;

namespace Backup.Tests.Simulation;

/// <summary>All chance of one simulated life (splitmix64): the same seed gives the same life on every machine and runtime.</summary>
internal sealed class Seeded(ulong seed) : IEntropy
{
    private ulong _state = seed * 0x9e3779b97f4a7c15 + 1;

    public ulong Next()
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to just below the bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>From low to high, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool OneIn(int n) => Below(n) == 0;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>A stream of its own, so that more chance in one place does not change another.</summary>
    public Seeded Fork() => new(BitOperations.RotateLeft(Next(), 17));

    public void Fill(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(Next() >> 32);
    }
}
