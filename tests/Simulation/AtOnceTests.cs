using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.TestKit.Trees;
using Xunit;
using Xunit.Abstractions;

namespace Backup.Tests.Simulation;

/// <summary>What several jobs at once are for: each waits for its own network, and not one after the other. In virtual time.</summary>
public sealed class AtOnceTests(ITestOutputHelper output)
{
    private const int FilesEach = 20, FileBytes = 200 << 10;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(30), Patience = TimeSpan.FromHours(1);

    [Fact]
    [Trait("Req", "TST-06")]
    public void Two_jobs_at_once_onto_one_volume_take_little_longer_than_the_longer_one_alone()
    {
        using Life life = SlowLife();
        Source[] sources = [new("job", life.Clients[0], "/data"), new("other", life.Clients[1], "/data")];
        foreach (Source source in sources)
            for (int i = 0; i < FilesEach; i++) life.Chance.Fill(Written(source.Client.Files.File($"{source.Root}/{i}")));

        TimeSpan[] alone = [.. sources.Select(source => Took(life, source))];
        TimeSpan atOnce = Took(life, sources);
        output.WriteLine($"alone {alone[0]} and {alone[1]}, at once {atOnce}");

        Assert.InRange(atOnce, TimeSpan.Zero, alone.Max() * 1.25);
        Assert.True(atOnce < (alone[0] + alone[1]) * 0.75);
    }

    private static byte[] Written(VirtualNode file) => file.Content = new byte[FileBytes];

    /// <summary>
    /// The first one with two clients whose frames take their time, and of which few may be under way. Where the outbox is small all wait
    /// for the director, one after the other.
    /// </summary>
    private static Life SlowLife()
    {
        for (ulong seed = 1; ; seed++)
        {
            var life = new Life(seed);
            bool isSlow = life.Network is { WindowFrames: <= 2 } network && network.Delay >= Slow;
            if (life.Clients.Count == 2 && isSlow && life.Storage.Engine.Status.OutboxBytesMax > FileBytes) return life;
            life.Dispose();
        }
    }

    private static TimeSpan Took(Life life, params Source[] sources)
    {
        DateTimeOffset began = life.Baton.GetUtcNow();
        JobId[] jobs = [.. sources.Select(source =>
            life.Backup(source, JobLevel.Full, new FileSet(source.Job, [source.Root], [], AllowEmptyRoots: true)))];
        life.Baton.Await(() => jobs.All(job => life.Director[job].Status.Client is not null), Patience);
        TimeSpan took = life.Baton.GetUtcNow() - began; // what the catalog still has to hear of comes with a round trip a commit point
        life.AwaitEnds(jobs);
        Assert.All(jobs, job => Assert.Equal(JobState.Ok, life.Director[job].Status.State));
        life.Baton.Sleep(TimeSpan.FromMinutes(4)); // the drive is idle again
        life.Baton.Settle();
        return took;
    }
}
