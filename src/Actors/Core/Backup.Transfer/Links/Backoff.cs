using System.Buffers.Binary;
using Backup.Messages.Ids;

namespace Backup.Transfer.Links;

/// <summary>How long to wait before the next attempt. Immutable: <see cref="Next"/> gives the wait and the state after it.</summary>
public readonly record struct Backoff(int Failures)
{
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private const int DoublingsMax = 6; // 0.5 s doubled six times is past the most

    /// <summary>
    /// Between half of and the whole of 0.5 s × 2^(failures + 1), within the least and the most: clients that lost one
    /// director together do not come back together.
    /// </summary>
    public (TimeSpan Wait, Backoff After) Next(IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        Span<byte> random = stackalloc byte[4];
        entropy.Fill(random);
        double share = BinaryPrimitives.ReadUInt32LittleEndian(random) / (double)uint.MaxValue;
        double whole = Math.Min(Most.TotalSeconds, Least.TotalSeconds * (1 << Math.Min(Failures + 1, DoublingsMax)));
        return (TimeSpan.FromSeconds(whole / 2 * (1 + share)), new Backoff(Math.Min(Failures + 1, DoublingsMax)));
    }
}
