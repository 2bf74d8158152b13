using Backup.Messages.Ids;

namespace Backup.TestKit.Media;

/// <summary>Ids for cartridges in tests: each another.</summary>
public sealed class CountedIds : IEntropy
{
    private static int _last;

    public void Fill(Span<byte> bytes)
    {
        bytes.Fill(0x5a);
        BitConverter.TryWriteBytes(bytes, Interlocked.Increment(ref _last));
    }
}
