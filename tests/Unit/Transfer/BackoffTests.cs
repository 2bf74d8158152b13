using Backup.Messages.Ids;
using Backup.Transfer.Links;

namespace Backup.Tests.Unit.Transfer;

public sealed class BackoffTests
{
    [Fact]
    public void Next_doubles_between_half_a_second_and_thirty_and_stays_there()
    {
        var backoff = new Backoff();
        double[] least = [0.5, 1, 2, 4, 8, 15, 15, 15];
        foreach (double seconds in least)
        {
            (TimeSpan low, _) = backoff.Next(new Constant(0));
            (TimeSpan high, Backoff after) = backoff.Next(new Constant(0xff));
            Assert.Equal(seconds, low.TotalSeconds, 3);
            Assert.Equal(2 * seconds, high.TotalSeconds, 3);
            backoff = after;
        }
    }

    private sealed class Constant(byte value) : IEntropy
    {
        public void Fill(Span<byte> bytes) => bytes.Fill(value);
    }
}
