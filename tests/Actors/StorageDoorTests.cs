using Akka.Actor;
using Akka.TestKit;
using Backup.Actors.Director;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

public sealed class StorageDoorTests : DirectorFixture
{
    [Fact]
    public void A_storage_that_is_not_configured_is_told_so_and_is_none_of_the_directors_storages()
    {
        IActorRef director = Sys.ActorOf(DirectorActor.Props(Parts), "director");
        TestProbe stranger = CreateTestProbe();
        director.Tell(new StorageOnline("s9", "127.0.0.1:9103"), stranger);
        StorageUnknown answer = stranger.ExpectMsg<StorageUnknown>();

        Assert.Equal("s9", answer.Name);
        Assert.Contains("'s9'", answer.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', answer.Reason);
        director.Tell(new OverviewWanted(), TestActor);
        Assert.Empty(ExpectMsg<DirectorOverview>().Storages);
    }
}
