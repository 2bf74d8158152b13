using System.Collections.Concurrent;
using Backup.Actors.Client.Control;
using Backup.Actors.Client.Nodes;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;

namespace Backup.Tests.Actors;

public sealed class ClientEngineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly GatedWork _work = new();
    private readonly ClientEngine _engine;

    public ClientEngineTests() => _engine = new ClientEngine("c1", _work, _ => { });

    public void Dispose()
    {
        _engine.Dispose();
        _work.Dispose();
    }

    [Fact]
    public void An_end_that_nobody_heard_is_said_at_each_contact_until_it_is_taken()
    {
        using var said = new BlockingCollection<object>();
        _engine.Attach(said.Add);
        _engine.Take(Order(1));
        Assert.IsType<OrderTaken>(Next(said));
        _engine.Attach(null);
        _work.LetGo();
        using var later = new BlockingCollection<object>();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _engine.Attach(later.Add);
                return later.Count > 0;
            },
            Patience));
        Assert.IsType<BackupEnded>(Next(later));
        _engine.Take(new EndTaken(new JobId(1)));
        using var last = new BlockingCollection<object>();
        _engine.Attach(last.Add);

        Assert.Empty(last);
    }

    [Fact]
    public void An_order_given_twice_is_carried_out_once()
    {
        using var said = new BlockingCollection<object>();
        _engine.Attach(said.Add);
        _engine.Take(Order(1));
        _engine.Take(Order(1));
        Assert.IsType<OrderTaken>(Next(said));
        Assert.IsType<OrderTaken>(Next(said));
        _work.LetGo();
        Assert.IsType<BackupEnded>(Next(said));

        Assert.Equal(1, _work.Runs);
    }

    [Fact]
    public void More_jobs_than_the_limit_are_refused_with_a_line()
    {
        using var said = new BlockingCollection<object>();
        _engine.Attach(said.Add);
        for (int job = 1; job <= ClientEngine.JobsMax + 1; job++) _engine.Take(Order(job));
        for (int job = 1; job <= ClientEngine.JobsMax; job++) Assert.IsType<OrderTaken>(Next(said));

        Assert.Contains($"{ClientEngine.JobsMax} jobs", Assert.IsType<OrderRefused>(Next(said)).Reason, StringComparison.Ordinal);
        _work.LetGo();
    }

    [Fact]
    public void A_cancel_reaches_the_work_and_its_end_is_said()
    {
        using var said = new BlockingCollection<object>();
        _engine.Attach(said.Add);
        _engine.Take(Order(1));
        Assert.IsType<OrderTaken>(Next(said));
        _engine.Take(new CancelOrder(new JobId(1), "canceled by tester"));

        Assert.Equal("canceled", Assert.IsType<BackupEnded>(Next(said)).Failure);
    }

    [Fact]
    public void A_cancel_of_a_job_that_the_client_does_not_know_is_answered()
    {
        using var said = new BlockingCollection<object>();
        _engine.Attach(said.Add);
        _engine.Take(new CancelOrder(new JobId(7), "canceled by tester"));

        Assert.Equal(new JobId(7), Assert.IsType<OrderRefused>(Next(said)).Job);
    }

    [Fact]
    [Trait("Req", "NET-18")]
    public void A_director_that_asks_after_a_job_brings_it_a_new_offer_of_its_tree()
    {
        using var said = new BlockingCollection<object>();
        _engine.Attach(said.Add);
        _engine.Take(Order(1));
        Assert.IsType<OrderTaken>(Next(said));
        Assert.True(SpinWait.SpinUntil(() => _work.Tree is not null, Patience));
        Assert.Null(_work.Tree!.Newest);
        _engine.Take(new JobAsked(new JobId(1), Offer));
        Assert.IsType<OrderTaken>(Next(said));

        Assert.NotNull(_work.Tree.Newest);
        _work.LetGo();
    }

    private static object Next(BlockingCollection<object> said) =>
        said.TryTake(out object? what, Patience) ? what : throw new TimeoutException("nothing was said");

    private static BackupOrder Order(long job) => new(
        new JobId(job), default, 1, JobLevel.Full, new FileSet("x", ["/x"], []), NodeId.Empty, default, null, Offer, Offer);

    private static ChannelOffer Offer => new("127.0.0.1:1", new Ticket(Guid.Empty, [], ChannelPurpose.Store, default, default));

    /// <summary>Work that waits until it is let go or canceled.</summary>
    private sealed class GatedWork : IClientWork, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();
        private int _runs;

        public int Runs => _runs;

        public volatile ITreeOffers? Tree;

        public void LetGo() => _gate.Set();

        public void Dispose() => _gate.Dispose();

        public BackupEnded Run(BackupOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel)
        {
            Tree = tree;
            Interlocked.Increment(ref _runs);
            int woken = WaitHandle.WaitAny([_gate.WaitHandle, cancel.WaitHandle], Patience);
            return new BackupEnded(order.Job, order.Session, 1, null, null, default, null, woken == 1 ? "canceled" : null, []);
        }

        public RestoreEnded Run(RestoreOrder order, ITreeOffers tree, Action<ClientProgress> progress, CancellationToken cancel) =>
            throw new InvalidOperationException("no restore here");

        public EstimateEnded Run(EstimateOrder order, Action<EstimateListed> listed, CancellationToken cancel) =>
            throw new InvalidOperationException("no estimate here");
    }
}
