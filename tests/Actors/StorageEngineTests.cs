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
        var ended = new List<StoreSessionEnded>();
        for (int asked = 0; asked < 2; asked++)
            _bench.Engine.Take(new VolumeAssigned(NextWanted(ended).Session, null, "no more volumes"));
        while (ended.Count < 2) ended.Add(_bench.Next<StoreSessionEnded>());
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

    [Fact]
    [Trait("Req", "JOB-10")]
    public void Jobs_that_wait_for_a_volume_let_go_of_the_drive_when_they_are_canceled()
    {
        (OpenStoreSession first, ScriptedChannel client) = Opened(1);
        (OpenStoreSession second, _) = Opened(2);
        client.Put(FrameKind.Records, StorageBench.Record(1, StorageBench.LargeRecord));
        _bench.Next<VolumeWanted>();
        Assert.Contains("the director is to name the next", _bench.Engine.Status.Waiting, StringComparison.Ordinal);
        _bench.Engine.Take(new CloseStoreSession(second.Label.Session, "canceled by tester"));
        _bench.Engine.Take(new CloseStoreSession(first.Label.Session, "canceled by tester"));
        var ended = new[] { _bench.Next<StoreSessionEnded>(), _bench.Next<StoreSessionEnded>() };

        Assert.All(ended, e => Assert.Contains("canceled by tester", e.Failure, StringComparison.Ordinal));
        Assert.True(SpinWait.SpinUntil(() => _bench.Engine.Status is { State: "idle", Sessions.Count: 0 }, StorageBench.Patience));
        Opened(3);
    }

    [Fact]
    public void Where_the_first_session_gets_no_volume_the_next_is_asked_and_goes_on()
    {
        (OpenStoreSession first, ScriptedChannel client) = Opened(1);
        (OpenStoreSession second, ScriptedChannel other) = Opened(2);
        for (int sequence = 1; sequence <= FillingFrames; sequence++)
            client.Put(FrameKind.Records, StorageBench.Record(sequence, StorageBench.FillingRecord));
        Assert.Equal(first.Label.Session, _bench.Next<VolumeWanted>().Session);
        _bench.Engine.Take(new VolumeAssigned(first.Label.Session, null, "no job of that session runs here"));
        var ended = new List<StoreSessionEnded>();
        Assert.Equal(second.Label.Session, NextWanted(ended).Session);
        _bench.Engine.Take(new VolumeAssigned(second.Label.Session, StorageBench.Volume(2), null));
        other.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        other.Put(FrameKind.Seal, StorageBench.Seal(1));

        while (ended.Count < 2) ended.Add(_bench.Next<StoreSessionEnded>());
        Assert.Contains("no job of that session", ended.Single(e => e.Session == first.Label.Session).Failure, StringComparison.Ordinal);
        Assert.Null(ended.Single(e => e.Session == second.Label.Session).Failure);
    }

    [Fact]
    [Trait("Req", "VOL-34")]
    public void A_known_volume_that_lost_its_label_is_told_to_be_unfit_and_the_session_begins_on_another()
    {
        _bench.PutForeignMedium(StorageBench.Volume(1));
        OpenStoreSession order = _bench.Order(1);
        _bench.Engine.Take(order with { Volume = order.Volume with { IsNew = false } });
        var wanted = _bench.Next<VolumeWanted>();
        _bench.Engine.Take(new VolumeAssigned(order.Label.Session, StorageBench.Volume(2), null));

        Assert.True(wanted.IsUnfit);
        Assert.Equal("Vol-0002", _bench.Next<StoreSessionOpened>().Volume!.Volume);
    }

    [Fact]
    [Trait("Req", "VOL-36")]
    public void A_new_volume_whose_medium_is_somebody_elses_is_left_alone_and_the_session_begins_on_another()
    {
        _bench.PutForeignMedium(StorageBench.Volume(1));
        OpenStoreSession order = _bench.Order(1);
        _bench.Engine.Take(order);
        var wanted = _bench.Next<VolumeWanted>();
        _bench.Engine.Take(new VolumeAssigned(order.Label.Session, StorageBench.Volume(2), null));

        Assert.Equal(("Vol-0001", order.Label.Session), (wanted.Full, wanted.Session));
        Assert.Contains("Vol-0001 is no volume of this system: it is left alone", wanted.Reason, StringComparison.Ordinal);
        Assert.Equal("Vol-0002", _bench.Next<StoreSessionOpened>().Volume!.Volume);
    }

    [Fact]
    public void A_record_that_no_volume_has_room_for_ends_its_session_and_asks_for_no_more_volumes()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        client.Put(FrameKind.Records, StorageBench.Record(1, StorageBench.LargeRecord));
        for (int volume = 2; volume <= 3; volume++)
        {
            _bench.Next<VolumeWanted>();
            _bench.Engine.Take(new VolumeAssigned(order.Label.Session, StorageBench.Volume(volume), null));
            if (_bench.HasSaid<StoreSessionEnded>() is { } ended)
            {
                Assert.Contains("raise volume-size", ended.Failure, StringComparison.Ordinal);
                return;
            }
        }
        Assert.Fail("it would ask for ever");
    }

    [Fact]
    public void A_session_for_another_pool_begins_on_its_own_volume_when_the_drive_is_free()
    {
        (_, ScriptedChannel client) = Opened(1);
        OpenStoreSession order = _bench.Order(2);
        OpenStoreSession other = order with { Volume = StorageBench.Volume(7) with { Pool = "p2" } };
        _bench.Engine.Take(other);
        Assert.True(SpinWait.SpinUntil(
            () => _bench.Engine.Status.Waiting?.Contains("stores for pool p1", StringComparison.Ordinal) == true, StorageBench.Patience));
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        var opened = _bench.Next<StoreSessionOpened>();

        Assert.Equal((other.Label.Session, "Vol-0007", "p2"), (opened.Session, opened.Volume!.Volume, opened.Volume.Pool));
    }

    [Fact]
    public void A_session_that_waits_for_the_drive_can_be_canceled()
    {
        Opened(1);
        OpenStoreSession order = _bench.Order(2);
        _bench.Engine.Take(order with { Volume = StorageBench.Volume(7) with { Pool = "p2" } });
        _bench.Engine.Take(new CloseStoreSession(order.Label.Session, "canceled by tester"));

        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionEnded>().Session);
        Assert.Null(_bench.Engine.Status.Waiting);
    }

    private (OpenStoreSession Order, ScriptedChannel Client) Opened(int number, ScriptedChannel? catalogue = null)
    {
        OpenStoreSession order = _bench.Order(number, catalogue);
        _bench.Engine.Take(order);
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionOpened>().Session);
        return (order, _bench.Connect(order));
    }

    /// <summary>The next question for a volume; a session's end, which may be said before it, is kept.</summary>
    private VolumeWanted NextWanted(List<StoreSessionEnded> ended)
    {
        while (true)
        {
            object said = _bench.Next<object>();
            if (said is VolumeWanted wanted) return wanted;
            if (said is StoreSessionEnded end) ended.Add(end);
        }
    }
}
