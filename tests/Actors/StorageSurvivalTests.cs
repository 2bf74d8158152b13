using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

/// <summary>A storage whose director is away, follows another, or whose own process is started again.</summary>
public sealed class StorageSurvivalTests : IDisposable
{
    private readonly StorageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Req", "NET-18")]
    [Trait("Req", "NET-20")]
    public void A_session_ends_at_its_storage_without_a_director_and_is_delivered_when_one_claims_it()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        _bench.DialTo(1, null);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        Assert.True(SpinWait.SpinUntil(() => Live(order) is { State: LiveSessionState.Delivering }, StorageBench.Patience));
        Assert.True(_bench.Engine.Status.OutboxBytes > 0);
        Assert.True(_bench.Engine.Status.BytesWritten > 1000);

        _bench.Engine.Take(ClaimOf(2, order));
        var ended = _bench.Next<StoreSessionEnded>();
        Assert.Null(ended.Failure);
        Assert.Equal(order.Label.Job, ended.Job);
        Assert.Equal(new StreamPosition(1, 0), ended.Stored!.Position);
    }

    [Fact]
    public void A_catalogue_channel_that_breaks_is_dialled_again_and_goes_on_where_the_catalog_has_acknowledged()
    {
        var broken = new ScriptedChannel();
        (OpenStoreSession order, ScriptedChannel client) = Opened(1, broken);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        broken.Break();
        Assert.True(SpinWait.SpinUntil(() => broken.IsDisposed, StorageBench.Patience));
        _bench.DialTo(1, ScriptedChannel.Catalogue(order.Label.Session));

        Assert.Null(_bench.Next<StoreSessionEnded>().Failure);
    }

    [Fact]
    public void A_catalog_that_refuses_a_session_for_good_ends_it_with_its_reason()
    {
        var refusing = new ScriptedChannel();
        (_, ScriptedChannel client) = Opened(1, refusing);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        refusing.Put(FrameKind.Failed, Messages.Wire.CborMap.Encode(new SessionFailed("it has ended otherwise")));

        Assert.Equal("the catalog did not take the session: it has ended otherwise", _bench.Next<StoreSessionEnded>().Failure);
    }

    [Fact]
    [Trait("Req", "NET-20")]
    public void What_a_storage_owes_outlives_its_process()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        _bench.DialTo(1, null);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        Assert.True(SpinWait.SpinUntil(() => Live(order) is { State: LiveSessionState.Delivering }, StorageBench.Patience));
        _bench.StartAgain();

        LiveSession left = Assert.Single(_bench.Next<StorageOnline>().Sessions!);
        Assert.Equal((order.Label.Job, LiveSessionState.Delivering), (left.Job, left.State));
        _bench.Engine.Take(ClaimOf(2, order));
        var ended = _bench.Next<StoreSessionEnded>();
        Assert.Null(ended.Failure);
        Assert.Equal(new StreamPosition(1, 0), ended.Stored!.Position);
    }

    [Fact]
    public void A_session_that_was_on_the_drive_of_a_process_that_died_has_ended_at_what_its_outbox_has()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        _bench.DialTo(1, null);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        Assert.True(SpinWait.SpinUntil(() => client.Waiting == 0, StorageBench.Patience));
        _bench.StartAgain();
        _bench.Engine.Take(ClaimOf(2, order));
        var ended = _bench.Next<StoreSessionEnded>();

        Assert.Null(ended.Stored);
        Assert.NotNull(ended.Failure);
    }

    [Fact]
    public void A_process_that_died_before_anything_was_committed_leaves_an_end_to_be_said()
    {
        string outbox = "";
        _bench.Change = settings =>
        {
            outbox = settings.OutboxFolder;
            return settings with { StopWithin = TimeSpan.Zero };
        };
        _bench.StartAgain();
        (OpenStoreSession order, _) = Opened(1);
        string log = Assert.Single(Directory.GetFiles(outbox, "*.outbox"));
        byte[] asTheProcessLeftIt = File.ReadAllBytes(log);
        _bench.StartAgain(() => File.WriteAllBytes(log, asTheProcessLeftIt));
        var ended = _bench.Next<StoreSessionEnded>();

        Assert.Equal((order.Label.Session, order.Label.Job), (ended.Session, ended.Job));
        Assert.Contains("the storage node was started again", ended.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_is_said_again_until_it_is_taken_and_then_nothing_is_left()
    {
        (OpenStoreSession order, ScriptedChannel client) = Opened(1);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));
        _bench.Next<StoreSessionEnded>();
        _bench.Engine.Announce();
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionEnded>().Session);
        _bench.StartAgain();
        _bench.Engine.Take(ClaimOf(2, order));
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionEnded>().Session);
        _bench.Engine.Take(new SessionEndTaken(order.Label.Session));

        Assert.Equal(0, _bench.Engine.Owed);
        Assert.Equal(0, _bench.Engine.Status.OutboxBytes);
    }

    [Fact]
    public void An_order_of_a_director_that_another_has_followed_is_refused_also_after_a_restart()
    {
        _bench.Engine.Take(new CloseServe(new Messages.Ids.JobId(1), Epoch: 7));
        _bench.Engine.Take(new CloseServe(new Messages.Ids.JobId(1), Epoch: 6));
        Assert.Equal(new EpochRefused("s1", 6, 7), _bench.Next<EpochRefused>());
        _bench.StartAgain();
        _bench.Engine.Take(_bench.Order(1) with { Epoch = 6 });

        Assert.Equal(new EpochRefused("s1", 6, 7), _bench.Next<EpochRefused>());
        Assert.Empty(_bench.Engine.Status.Sessions);
        Assert.Equal(7, OnlineEpoch());
    }

    [Fact]
    public void A_claim_of_a_session_that_is_not_here_is_answered_so()
    {
        OpenStoreSession order = _bench.Order(1);
        _bench.Engine.Take(new ClaimSession(order.Label.Session, order.Store, order.Catalogue));

        Assert.Equal(order.Label.Session, _bench.Next<SessionUnknown>().Session);
    }

    /// <summary>As where the answer to a claim was lost on its way: it is said again with the same tickets.</summary>
    [Fact]
    public void A_claim_that_is_said_again_is_answered_again()
    {
        (OpenStoreSession order, _) = Opened(1);
        ClaimSession claim = ClaimOf(2, order);
        _bench.Engine.Take(claim);
        Assert.Equal(claim.Store.Id, _bench.Next<SessionStands>().Ticket);
        _bench.Engine.Take(claim);

        Assert.Equal(claim.Store.Id, _bench.Next<SessionStands>().Ticket);
    }

    [Fact]
    public void A_session_whose_first_attempt_was_never_opened_is_stored_under_a_further_one()
    {
        OpenStoreSession order = _bench.Order(1) with { Attempt = 2 };
        _bench.Engine.Take(order);
        _bench.Next<StoreSessionOpened>();
        ScriptedChannel client = _bench.Connect(order);
        client.Put(FrameKind.Records, StorageBench.Record(1, 1000));
        client.Put(FrameKind.Seal, StorageBench.Seal(1));

        Assert.Null(_bench.Next<StoreSessionEnded>().Failure);
    }

    [Fact]
    public void A_session_that_no_director_claims_ends_at_its_last_commit_point_and_says_so()
    {
        _bench.Change = settings => settings with { UnclaimedDeadline = TimeSpan.FromMilliseconds(50), StopWithin = TimeSpan.Zero };
        _bench.StartAgain();
        Opened(1);

        Assert.Contains("no director claimed the session", _bench.Next<StoreSessionEnded>().Failure, StringComparison.Ordinal);
    }

    private LiveSession? Live(OpenStoreSession order)
    {
        _bench.Engine.Announce();
        return _bench.Next<StorageOnline>().Sessions!.FirstOrDefault(session => session.Session == order.Label.Session);
    }

    private long OnlineEpoch()
    {
        _bench.Engine.Announce();
        return _bench.Next<StorageOnline>().Epoch;
    }

    /// <summary>Another director's claim, with a catalogue of another number.</summary>
    private ClaimSession ClaimOf(int number, OpenStoreSession order)
    {
        OpenStoreSession other = _bench.Order(number, ScriptedChannel.Catalogue(order.Label.Session));
        return new ClaimSession(order.Label.Session, other.Store, other.Catalogue);
    }

    private (OpenStoreSession Order, ScriptedChannel Client) Opened(int number, ScriptedChannel? catalogue = null)
    {
        OpenStoreSession order = _bench.Order(number, catalogue);
        _bench.Engine.Take(order);
        Assert.Equal(order.Label.Session, _bench.Next<StoreSessionOpened>().Session);
        return (order, _bench.Connect(order));
    }
}
