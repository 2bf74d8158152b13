using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Jobs;
using Backup.Actors.Director.Media;
using Backup.Catalog.Jobs;
using Backup.Jobs.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

/// <summary>A volume that its last writer did not close: who goes on with it is told what was cut off.</summary>
public sealed class CutBackTests : DirectorFixture
{
    private const string Words = "volume Vol-0001 was not closed when it was written last: 2 blocks behind its last commit point, from "
        + "block 4 on, are cut off; they were never reported as stored";

    [Fact]
    [Trait("Req", "FMT-10")]
    public void A_storage_that_goes_on_with_a_torn_volume_says_which_and_what_it_cut_off()
    {
        using var bench = new StorageBench();
        Store(bench, 1);
        Assert.True(SpinWait.SpinUntil(() => bench.Engine.Status.Volume is null, StorageBench.Patience));
        byte[][] whole = bench.BlocksOf(StorageBench.Volume(1));
        bench.TearTail(StorageBench.Volume(1), blocks: 2);

        MountedVolume mounted = Store(bench, 2);

        Assert.Equal($"volume Vol-0001 was not closed when it was written last: 2 blocks behind its last commit point, from block "
            + $"{whole.Length} on, are cut off; they were never reported as stored", mounted.CutBack);
        Assert.Equal(whole, bench.BlocksOf(StorageBench.Volume(1))[..whole.Length]);
        Assert.True(SpinWait.SpinUntil(() => bench.Engine.Status.Volume is null, StorageBench.Patience));
        Assert.Null(Store(bench, 3).CutBack);
    }

    [Fact]
    [Trait("Req", "FMT-10")]
    public void The_jobs_log_says_it_where_the_job_begins_on_the_volume_and_where_it_goes_on_with_it()
    {
        (JobId id, IActorRef job, TestProbe director, OpenStoreSession opened) = OpeningOn(StorageBench.Volume(1));
        VolumeAssignment on = StorageBench.Volume(1);
        job.Tell(new StoreSessionOpened(opened.Label.Session, "127.0.0.1:9103", new(on.Volume, on.Life, on.Pool, "s1", Moment, Words)));
        director.ExpectMsg<ToClient>();
        job.Tell(new OrderTaken(id));
        job.Tell(new SessionCommitted(opened.Label.Session, new(5, 1), "/etc/a", "Vol-0002", 7, Words.Replace("0001", "0002",
            StringComparison.Ordinal)));

        AwaitAssert(() => Assert.Equal(["Vol-0001", "Vol-0002"], Catalog.Log.List(id, 100).Select(line => line.Text)
            .Where(text => text.Contains("was not closed", StringComparison.Ordinal)).Select(text => text.Split(' ')[1])));
    }

    /// <summary>A session of one record that ends well; the volume on which it began.</summary>
    private static MountedVolume Store(StorageBench bench, int number)
    {
        OpenStoreSession order = bench.Order(number);
        bench.Engine.Take(order with { Volume = order.Volume with { IsNew = number == 1 } });
        MountedVolume mounted = bench.Next<StoreSessionOpened>().Volume!;
        ScriptedChannel client = bench.Connect(order);
        client.Put(Messages.Sessions.FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(Messages.Sessions.FrameKind.Seal, StorageBench.Seal(1));
        Assert.Null(bench.Next<StoreSessionEnded>().Failure);
        return mounted;
    }
}
