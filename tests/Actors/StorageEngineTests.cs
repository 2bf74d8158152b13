using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

public sealed class StorageEngineTests : IDisposable
{
    /// <summary>More frames than the drive's queue holds.</summary>
    private const int ManyFrames = 200;

    /// <summary>Frames of a filling record that fill one medium and a part of the next.</summary>
    private const int FillingFrames = 8;

    private readonly StorageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_sealed_session_is_stored_catalogued_and_said_to_have_ended_once()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        var ended = _bench.Next<StoreSessionEnded>();

        Assert.Null(ended.Failure);
        Assert.Equal(order.Label.Session, ended.Session);
        Assert.Equal(new StreamPosition(1, 0), ended.Stored!.Position);
    }

    [Fact]
    public void Where_no_next_volume_comes_every_session_of_the_full_one_ends()
    {
        (OpenStoreSession first, ScriptedChannel client) = Opened(1);
        (OpenStoreSession second, ScriptedChannel other) = Opened(2);
        client.Put(FrameKind.Records, StorageBench.Record(1, StorageBench.LargeRecord));
        RefuseNextVolume();
        var ended = new[] { _bench.Next<StoreSessionEnded>(), _bench.Next<StoreSessionEnded>() };
        other.Put(FrameKind.Records, StorageBench.Record(1, 1000));

        Assert.Contains(ended, e => e.Session == first.Label.Session);
        Assert.Contains(ended, e => e.Session == second.Label.Session);
        Assert.All(ended, e => Assert.Contains("no more volumes", e.Failure, StringComparison.Ordinal));
        Assert.Empty(_bench.Engine.Status.Sessions);
    }

    [Fact]
    public void An_order_is_taken_at_once_while_the_drive_waits_and_its_queue_is_full()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        client.Put(FrameKind.Records, StorageBench.Record(1, StorageBench.LargeRecord));
        for (int sequence = 2; sequence < ManyFrames; sequence++) client.Put(FrameKind.Records, StorageBench.Record(sequence, 10));
        var wanted = _bench.Next<VolumeWanted>();
        Assert.True(SpinWait.SpinUntil(() => client.Waiting < ManyFrames - 64, StorageBench.Patience));
        var orders = new Thread(() =>
        {
            _bench.Engine.Take(new CloseStoreSession(order.Label.Session, "canceled by tester"));
            _bench.Engine.Take(_bench.Order(2));
            _bench.Engine.Take(new VolumeAssigned(wanted.Session, null, "no more volumes"));
        }) { IsBackground = true };
        orders.Start();

        Assert.True(orders.Join(StorageBench.Patience));
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionEnded>().Session);
    }

    private (OpenStoreSession Order, ScriptedChannel Client) Opened(int number, ScriptedChannel? catalogue = null)
    {
        OpenStoreSession order = _bench.Order(number, catalogue);
        _bench.Engine.Take(order);
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionOpened>().Session);
        return (order, _bench.Connect(order));
    }

    private void RefuseNextVolume() =>
        _bench.Engine.Take(new VolumeAssigned(_bench.Next<VolumeWanted>().Session, null, "no more volumes"));
}
