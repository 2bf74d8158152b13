using Backup.Catalog;
using Backup.Catalog.Configurations;
using Backup.Catalog.Counters;
using Backup.Catalog.Volumes;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

public abstract partial class CatalogContract
{
    [Fact]
    public void Epochs_are_counted_upwards_and_outlive_the_process()
    {
        Assert.Equal(0, Catalog.Epochs.Current);
        Assert.Equal((1, 2), (Catalog.Epochs.Take(), Catalog.Epochs.Take()));
        Restart();
        Assert.Equal(2, Catalog.Epochs.Current);
        Catalog.Epochs.KeepAbove(40);
        Catalog.Epochs.KeepAbove(7);
        Assert.Equal(41, Catalog.Epochs.Take());
    }

    [Fact]
    [Trait("Req", "NET-18")]
    public void An_epoch_is_not_below_what_its_director_gives_and_always_above_the_last()
    {
        Assert.Equal(1_800_000_000, Catalog.Epochs.Take(1_800_000_000));
        Assert.Equal(1_800_000_001, Catalog.Epochs.Take(1_800_000_000));
        Assert.Equal(1_800_000_002, Catalog.Epochs.Take(17));
        Assert.Equal(1_800_000_060, Catalog.Epochs.Take(1_800_000_060));
    }

    [Fact]
    public async Task Epochs_taken_at_once_are_all_different()
    {
        ICatalog catalog = Catalog;
        long[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () => catalog.Epochs.Take(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(Enumerable.Range(1, 8).Select(epoch => (long)epoch), taken.Order());
    }

    [Fact]
    public void A_director_that_was_superseded_reads_on_and_writes_nothing()
    {
        using ICatalog earlier = Catalog.Fenced(Catalog.Epochs.Take());
        earlier.Volumes.Record(Volume("V1"));
        using ICatalog later = Catalog.Fenced(Catalog.Epochs.Take());
        later.Volumes.Record(Volume("V2"));
        foreach (Action write in (Action[])
        [
            () => earlier.Volumes.Record(Volume("V3")),
            () => earlier.Jobs.Create(Job() with { FileSet = null, FileSetHash = null }),
            () => earlier.Configurations.Append(Configuration("a")),
            () => earlier.SetInstallation(Installation),
            () => earlier.Epochs.Take(),
        ])
        {
            CatalogException e = Assert.Throws<CatalogException>(write);
            Assert.Equal(CatalogFault.Superseded, e.Fault);
            Assert.EndsWith(": another director has taken over (epoch 2; this one has 1)", e.Message, StringComparison.Ordinal);
        }
        Assert.Equal(["V1", "V2"], earlier.Volumes.List(new VolumeFilter()).Select(volume => volume.Identity.Name));
        Assert.Null(Catalog.Installation);
    }

    [Fact]
    public void A_catalog_older_than_its_director_takes_nothing_from_it()
    {
        using ICatalog director = Catalog.Fenced(5);
        CatalogException e = Assert.Throws<CatalogException>(() => director.Volumes.Record(Volume("V1")));
        Assert.Equal(CatalogFault.Superseded, e.Fault);
        Assert.Contains("epoch 0; this director has 5", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_of_a_director_that_is_disposed_leaves_the_catalog_open()
    {
        Catalog.Fenced(Catalog.Epochs.Take()).Dispose();
        Catalog.Volumes.Record(Volume("V1"));
        Assert.NotNull(Catalog.Volumes.Find("V1"));
    }

    [Fact]
    public void Configurations_are_kept_with_their_texts_and_the_last_one_is_in_force()
    {
        Assert.Null(Catalog.Configurations.Current);
        long first = Catalog.Configurations.Append(Configuration("a"));
        long second = Catalog.Configurations.Append(Configuration("b", minute: 1), putInForce: false);
        Assert.Equal(first, Catalog.Configurations.Current!.Row.Version);
        long third = Catalog.Configurations.Append(Configuration("c", minute: 2));
        Assert.True(first < second && second < third);
        Restart();
        ConfigurationVersion present = Catalog.Configurations.Current!;
        Assert.Equal(new ConfigurationRow(third, "root", At(2), "reload", true), present.Row);
        Assert.Equal([new("main.conf", "c ä\n"), new ConfigurationFile("sub/clients.conf", "")], present.Texts);
        Assert.Equal("b ä\n", Catalog.Configurations.Find(second)!.Texts[0].Text);
        Assert.Null(Catalog.Configurations.Find(99));
        Assert.Equal([(third, true), (second, false), (first, false)],
            Catalog.Configurations.List(10).Select(row => (row.Version, row.InForce)));
        Assert.Equal(third, Assert.Single(Catalog.Configurations.List(1)).Version);
    }

    [Fact]
    public void An_earlier_configuration_comes_into_force_again_and_history_keeps_who_did_it()
    {
        long first = Catalog.Configurations.Append(Configuration("a"));
        long second = Catalog.Configurations.Append(Configuration("b", minute: 1));
        Catalog.Configurations.SetInForce(first, "alice", At(2), "roll back");
        Catalog.Configurations.SetInForce(first, "bob", At(3));
        Assert.Equal(first, Catalog.Configurations.Current!.Row.Version);
        ConfigurationDeed[] history =
        [
            new(first, ConfigurationDeedKind.PutInForce, "alice", At(2), "roll back"),
            new(second, ConfigurationDeedKind.PutInForce, "root", At(1), "reload"),
            new(second, ConfigurationDeedKind.Added, "root", At(1), "reload"),
            new(first, ConfigurationDeedKind.PutInForce, "root", At(0), "reload"),
            new(first, ConfigurationDeedKind.Added, "root", At(0), "reload"),
        ];
        Assert.Equal(history, Catalog.Configurations.History(10));
        Assert.Equal(history[..2], Catalog.Configurations.History(2));
        Refused(() => Catalog.Configurations.SetInForce(77, "root", At(4)), "configuration 77", "no such version");
        Refused(() => Catalog.Configurations.Append(Configuration(new string('x', ConfigurationLimits.TextBytesMax))), "bytes together");
    }

    private static NewConfiguration Configuration(string text, long minute = 0) =>
        new([new("main.conf", $"{text} ä\n"), new("sub/clients.conf", "")], "root", At(minute), "reload");

    [Fact]
    [Trait("Req", "VOL-31")]
    public void A_counter_goes_from_its_minimum_to_its_maximum_moves_the_next_one_and_outlives_the_process()
    {
        CounterRule[] chain = [new("a", 1, 3), new("b", 5, 6)];
        long[] drawn = [.. Enumerable.Range(0, 2).Select(_ => Catalog.Counters.Draw(chain, At(1)))];
        Restart();
        drawn = [.. drawn, .. Enumerable.Range(0, 3).Select(_ => Catalog.Counters.Draw(chain, At(2)))];

        Assert.Equal([1, 2, 3, 1, 2], drawn);
        Assert.Equal([new("a", 2, At(2)), new CounterRow("b", 5, At(2))], Catalog.Counters.List());
        Assert.Equal(7, Catalog.Counters.Draw([new("a", 7, 9)], At(3))); // below its minimum, which was raised
    }

    [Fact]
    [Trait("Req", "DON-05")]
    public async Task Numbers_drawn_at_once_are_all_different()
    {
        ICatalog catalog = Catalog;
        long[] drawn = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () => catalog.Counters.Draw([new("a", 1, 100)], At(1)), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(Enumerable.Range(1, 8).Select(number => (long)number), drawn.Order());
    }
}
