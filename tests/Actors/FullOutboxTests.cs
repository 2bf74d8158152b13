using Backup.Actors.Storage.Outbox;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Microsoft.Win32.SafeHandles;

namespace Backup.Tests.Actors;

/// <summary>An outbox that is full, by its bound or by its disk.</summary>
public sealed class FullOutboxTests : IDisposable
{
    private readonly StorageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_full_outbox_is_a_wait_that_the_operator_sees_and_that_ends_when_the_catalog_takes_of_it()
    {
        (OpenStoreSession order, ScriptedChannel client) = WaitingForRoom();
        Assert.Contains("the outbox is full", _bench.Engine.Status.Waiting, StringComparison.Ordinal);
        _bench.DialTo(1, ScriptedChannel.Catalogue(order.Label.Session));
        Assert.Equal(2, _bench.Next<SessionCommitted>().Position.Data);
        client.Put(FrameKind.Seal, StorageBench.Seal(2));

        Assert.Null(_bench.Next<StoreSessionEnded>().Failure);
    }

    /// <summary>Or the catalog would not know a commit point, perhaps even the end, that a scan of the volume finds.</summary>
    [Fact]
    public void A_session_that_is_closed_while_the_outbox_is_full_tells_of_the_commit_point_that_is_on_the_volume()
    {
        (OpenStoreSession order, _) = WaitingForRoom();
        _bench.Engine.Take(new CloseStoreSession(order.Label.Session, "canceled by root"));
        Assert.Equal(2, _bench.Next<SessionCommitted>().Position.Data);
        _bench.DialTo(1, ScriptedChannel.Catalogue(order.Label.Session));

        Assert.Equal(2, NextEnd(order).Position.Data);
    }

    [Fact]
    [Trait("Req", "NET-20")]
    public void An_outbox_that_cannot_be_written_is_a_wait_that_all_see_and_that_ends_when_there_is_room()
    {
        var disk = new FillingDisk();
        Begin(disk, TimeSpan.FromMinutes(30));
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        disk.IsFull = true;
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        Assert.True(SpinWait.SpinUntil(() => _bench.Engine.Status.State == "waiting", StorageBench.Patience));
        DriveWait wait = _bench.Engine.Status.Wait!;
        Assert.Equal("the outbox cannot be written: No space left on device", wait.Reason);
        Assert.Equal(TimeSpan.FromMinutes(30), wait.Until.Since(wait.Since));
        Assert.Equal(wait.Reason, Live(order)!.Wait!.Reason);
        disk.IsFull = false;

        Assert.Equal(1, _bench.Next<SessionCommitted>().Position.Data);
        Assert.Null(_bench.Engine.Status.Wait);
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        Assert.Null(_bench.Next<StoreSessionEnded>().Failure);
    }

    [Fact]
    public void An_outbox_that_cannot_be_written_up_to_the_deadline_ends_its_session_at_the_last_commit_point()
    {
        var disk = new FillingDisk();
        Begin(disk, TimeSpan.FromMilliseconds(50));
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        _bench.Next<SessionCommitted>();
        disk.IsFull = true;
        client.Put(FrameKind.Records, StorageBench.Record(2, 1000));
        StoreSessionEnded ended = NextEnd(order);

        Assert.Contains("the outbox cannot be written: No space left on device", ended.Failure, StringComparison.Ordinal);
        Assert.Null(ended.Stored);
        Assert.Equal(1, ended.Position.Data);
    }

    [Fact]
    public void A_session_that_is_canceled_while_the_outbox_cannot_be_written_ends_and_another_goes_on()
    {
        var disk = new FillingDisk();
        Begin(disk, TimeSpan.FromMinutes(30));
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        (_, ScriptedChannel other) = Opened(2);
        disk.IsFull = true;
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        Assert.True(SpinWait.SpinUntil(() => _bench.Engine.Status.State == "waiting", StorageBench.Patience));
        _bench.Engine.Take(new CloseStoreSession(order.Label.Session, "canceled by root"));
        Assert.Equal("canceled by root", _bench.Next<StoreSessionEnded>().Failure);
        disk.IsFull = false;
        other.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        other.Put(FrameKind.Seal, StorageBench.Seal(1));

        Assert.Null(_bench.Next<StoreSessionEnded>().Failure);
    }

    [Fact]
    public void A_session_that_is_stored_waits_for_the_outbox_to_take_its_end()
    {
        var disk = new FillingDisk();
        Begin(disk, TimeSpan.FromMinutes(30));
        (_, ScriptedChannel client) = Opened(1);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        _bench.Next<SessionCommitted>();
        disk.IsFull = true;
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        Assert.True(SpinWait.SpinUntil(() => _bench.Engine.Status.State == "waiting", StorageBench.Patience));
        disk.IsFull = false;

        var ended = _bench.Next<StoreSessionEnded>();
        Assert.Null(ended.Failure);
        Assert.Equal(1, ended.Stored!.Position.Data);
    }

    /// <summary>A session whose second commit point waits behind the first, in an outbox that takes one; nobody takes of it yet.</summary>
    private (OpenStoreSession Order, ScriptedChannel Client) WaitingForRoom()
    {
        _bench.Change = settings => settings with
        {
            OutboxBytesMax = 1, CommitEvery = TimeSpan.FromMilliseconds(5), StopWithin = TimeSpan.Zero,
        };
        _bench.StartAgain();
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        _bench.DialTo(1, null);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        _bench.Next<SessionCommitted>();
        client.Put(FrameKind.Records, StorageBench.Record(2, 1000));
        Assert.True(SpinWait.SpinUntil(() => _bench.Engine.Status.State == "waiting", StorageBench.Patience));
        return (order, client);
    }

    private void Begin(FillingDisk disk, TimeSpan deadline)
    {
        _bench.Change = settings => settings with
        {
            OutboxDisk = disk, OutboxDeadline = deadline, CommitEvery = TimeSpan.FromMilliseconds(5), StopWithin = TimeSpan.Zero,
        };
        _bench.StartAgain();
    }

    private StoreSessionEnded NextEnd(OpenStoreSession order)
    {
        var ended = _bench.Next<StoreSessionEnded>();
        Assert.Equal(order.Label.Session, ended.Session);
        return ended;
    }

    private LiveSession? Live(OpenStoreSession order)
    {
        _bench.Engine.Announce();
        return _bench.Next<StorageOnline>().Sessions!.FirstOrDefault(session => session.Session == order.Label.Session);
    }

    private (OpenStoreSession Order, ScriptedChannel Client) Opened(int number, ScriptedChannel? catalogue = null)
    {
        OpenStoreSession order = _bench.Order(number, catalogue);
        _bench.Engine.Take(order);
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionOpened>().Session);
        return (order, _bench.Connect(order));
    }

    /// <summary>A disk that takes half of what it is given while it is full.</summary>
    private sealed class FillingDisk : IOutboxDisk
    {
        private volatile bool _isFull;

        public bool IsFull { get => _isFull; set => _isFull = value; }

        public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> bytes, long offset)
        {
            if (!IsFull)
            {
                SystemDisk.Instance.Write(file, bytes, offset);
                return;
            }
            RandomAccess.Write(file, bytes[0].Span, offset);
            throw new IOException("No space left on device");
        }
    }
}
