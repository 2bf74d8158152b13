using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Actors.Director.Clients;
using Backup.Actors.Director.Jobs;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Storages;
using Backup.Scripts;

namespace Backup.Tests.Actors;

public sealed class ScriptTests : DirectorFixture
{
    private static readonly RunScript Freeze = new(
        ScriptMoment.Before, ScriptPlace.Director, ["/bin/freeze", "%(JobName)"], ScriptCondition.Always, true, true,
        TimeSpan.FromMinutes(1));

    [Fact]
    public void A_script_of_the_director_runs_before_the_session_is_opened()
    {
        var runner = new AskedRunner(TestActor);
        (IActorRef director, TestProbe storage) = Director(runner);
        director.Tell(new RunWanted(Nightly() with { RunScripts = [Freeze] }), TestActor);
        var asked = FishForMessage<Asked>(_ => true);
        storage.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        asked.Said(ScriptRunner.NotRun(asked.Order.Job, asked.Order.Run, 1, "") with { Failure = null, ExitStatus = 0 });

        Assert.Equal(["/bin/freeze", "nightly"], asked.Order.Command);
        Assert.Equal(asked.Order.Job, storage.ExpectMsg<OpenStoreSession>().Label.Job);
    }

    [Fact]
    public void A_script_that_fails_before_the_job_ends_it_with_its_line_in_row_and_log()
    {
        TestProbe news = CreateTestProbe();
        Sys.EventStream.Subscribe(news, typeof(JobNews));
        (IActorRef director, _) = Director(new AskedRunner(TestActor));
        director.Tell(new RunWanted(Nightly() with { RunScripts = [Freeze] }), TestActor);
        var asked = FishForMessage<Asked>(_ => true);
        asked.Said(new ScriptEnded(asked.Order.Job, asked.Order.Run, 1, 4, null, ["no such database"], 0, TimeSpan.Zero));
        news.FishForMessage(m => m is JobFinished);

        JobId job = asked.Order.Job;
        Assert.Equal("before script 1 on the director: exit status 4", Catalog.Jobs.Find(job)!.Reason);
        Assert.Contains(Catalog.Log.List(job, 100, 0), line => line.Text == "before script 1 on the director: no such database");
    }

    [Fact]
    public void A_script_for_a_client_is_given_again_at_each_attach_until_it_has_ended()
    {
        TestProbe parent = CreateTestProbe();
        IActorRef clients = ChildOf(parent, ClientsActor.Props(Parts));
        ScriptOrder order = ScriptOrderOf(7);
        clients.Tell(new ToClient(order.Job, "c1", order));
        Attach(clients);
        ExpectMsg("script");
        Attach(clients);
        ExpectMsg("script");
        clients.Tell(new ClientSaid("c1", ScriptRunner.NotRun(order.Job, order.Run, 1, "no")));
        Assert.IsType<ScriptEnded>(parent.ExpectMsg<FromClient>().What);
        Attach(clients);

        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_client_whose_version_knows_no_scripts_is_named()
    {
        TestProbe parent = CreateTestProbe();
        IActorRef clients = ChildOf(parent, ClientsActor.Props(Parts));
        Attach(clients, version: ClientProtocol.VersionMin);
        ScriptOrder order = ScriptOrderOf(7);
        clients.Tell(new ToClient(order.Job, "c1", order));
        var ended = Assert.IsType<ScriptEnded>(parent.ExpectMsg<FromClient>().What);

        Assert.Contains("client 'c1' has version 0.1.0, which knows no scripts", ended.Failure, StringComparison.Ordinal);
    }

    private static ScriptOrder ScriptOrderOf(int job) =>
        new(new JobId(job), new SessionId(new Guid(job, 1, 1, new byte[8])), 1, ["/bin/true"], [], TimeSpan.FromMinutes(1), true);

    private (IActorRef Director, TestProbe Storage) Director(IScriptRunner runner)
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts with { Scripts = runner }), "director");
        TestProbe storage = CreateTestProbe();
        director.Tell(new StorageOnline("s1", "127.0.0.1:9103"), storage);
        return (director, storage);
    }

    private void Attach(IActorRef clients, int version = ClientProtocol.Version)
    {
        IActorRef told = TestActor;
        clients.Tell(new ClientAttached("c1", Guid.Empty, Platform, Moment, (manifest, _) =>
        {
            told.Tell(manifest);
            return true;
        }) { Version = version });
    }

    private sealed record Asked(ScriptOrder Order, Action<ScriptEnded> Said) : INoSerializationVerificationNeeded;

    private sealed class AskedRunner(IActorRef told) : IScriptRunner
    {
        public void Run(ScriptOrder order, Action<ScriptEnded> said) => told.Tell(new Asked(order, said));

        public void Stop(ScriptStop stop, Action<ScriptEnded> said) => told.Tell(stop);
    }
}
