using Backup.Actors.Director.Media;
using Backup.Messages.Ids;

namespace Backup.Tests.Actors;

public sealed class CounterTests : DirectorFixture
{
    [Fact]
    [Trait("Req", "VOL-31")]
    [Trait("Req", "DON-05")]
    public void A_pool_names_its_volumes_by_a_counter_and_no_number_is_given_twice()
    {
        VolumeAnswer Choose() => VolumeChoosing.Choose(
            Catalog, new VolumeNeeded(new JobId(1), "s1", "counted"), Parts.Configuration.Pools["counted"], new Taken(null, []), Parts);

        Assert.Equal(["D-0004", "D-0005", "D-0006"], Enumerable.Range(0, 3).Select(_ => Choose().Volume!.Volume));
        Assert.Equal(6, Assert.Single(Catalog.Counters.List()).Value);
    }
}
