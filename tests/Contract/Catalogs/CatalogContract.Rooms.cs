using Backup.Catalog.Clients;
using Backup.Catalog.Log;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using static Backup.Tests.Contract.Catalogs.CatalogSamples;

namespace Backup.Tests.Contract.Catalogs;

public abstract partial class CatalogContract
{
    [Fact]
    [Trait("Req", "CAT-07")]
    public void Volume_update_touches_the_named_fields_only()
    {
        Catalog.Volumes.Record(Volume("V1"));
        Catalog.Volumes.Update(Volume("V1").Life, new VolumeChange(Capacity: 1L << 45));
        Catalog.Volumes.Update(Volume("V1").Life, new VolumeChange(VolumeState.Error, "write failed"));
        VolumeRow volume = Catalog.Volumes.Find(Volume("V1").Life)!;
        Assert.Equal((VolumeState.Error, "write failed", 1L << 45, "Daily"),
            (volume.State, volume.Reason, volume.Capacity!.Value, volume.Identity.Pool));
        Assert.Equal(Volume("V1"), volume.Identity);
        Refused(() => Catalog.Volumes.Update(Volume("V2").Life, new VolumeChange(VolumeState.Used)), "no such volume");
    }

    [Fact]
    public void A_new_life_recycles_the_earlier_one_in_whatever_order_labels_are_seen()
    {
        Catalog.Volumes.Record(Volume("V1", life: 2, labelled: 20));
        Catalog.Volumes.Record(Volume("V1", life: 1, labelled: 10));
        Catalog.Volumes.Record(Volume("V1", life: 3, labelled: 30));
        Catalog.Volumes.Record(Volume("V1", life: 3, labelled: 30));
        Assert.Equal(Volume("V1", 3).Life, Catalog.Volumes.Find("V1")!.Identity.Life);
        Assert.Single(Catalog.Volumes.List(new VolumeFilter()));
        Assert.Equal(2, Catalog.Volumes.List(new VolumeFilter(State: VolumeState.Recycled)).Count);
        Assert.Equal(3, Catalog.Volumes.List(new VolumeFilter(Name: "V1", EarlierLives: true)).Count);
        Refused(() => Catalog.Volumes.Record(Volume("V1", life: 3) with { Name = "Copy" }), "V1", "Copy");
    }

    [Fact]
    public void Volumes_and_pools_are_listed()
    {
        Catalog.Volumes.RecordPool("Empty");
        JobId job = Run();
        Catalog.Volumes.Record(Volume("V2") with { Pool = "Weekly" });
        Assert.Equal(["V1", "V2"], Catalog.Volumes.List(new VolumeFilter()).Select(volume => volume.Identity.Name));
        Assert.Equal("V2", Assert.Single(Catalog.Volumes.List(new VolumeFilter(Pool: "Weekly"))).Identity.Name);
        Assert.Equal("V1", Assert.Single(Catalog.Volumes.List(new VolumeFilter(Job: job))).Identity.Name);
        Assert.Equal([new("Daily", 1, 6 * 65_536), new PoolRow("Empty", 0, 0), new("Weekly", 1, 0)], Catalog.Volumes.Pools());
        Assert.Null(Catalog.Volumes.Find("V9"));
    }

    [Fact]
    public void A_client_is_what_it_said_last()
    {
        Catalog.Clients.RecordContact("c1", Platform, At(5));
        Catalog.Clients.RecordContact("c1", Platform with { Release = "old" }, At(4));
        Assert.Equal(new ClientRow("c1", Platform, At(5)), Catalog.Clients.Find("c1"));
        Catalog.Clients.RecordContact("c1", Platform with { Release = "new" }, At(6));
        Assert.Equal("new", Assert.Single(Catalog.Clients.List()).Platform!.Release);
        Assert.Null(Catalog.Clients.Find("c2"));
    }

    [Fact]
    [Trait("Req", "CAT-01")]
    public void FileSet_versions_are_told_apart_by_their_definition()
    {
        Assert.True(Catalog.Clients.RecordFileSet(FileSetVersion()));
        Assert.False(Catalog.Clients.RecordFileSet(FileSetVersion() with { Recorded = At(9) }));
        Assert.True(Catalog.Clients.RecordFileSet(new FileSetRow("etc", new Hash256(5, 5, 5, 5), "other", At(9))));
        Assert.Equal(["other", FileSetText], Catalog.Clients.FileSets("etc").Select(version => version.Text));
        Refused(() => Catalog.Jobs.Create(Job(fileSet: new Hash256(6, 6, 6, 6))), "(nightly)", "record it first");
    }

    [Fact]
    public void Log_and_audit_keep_their_order()
    {
        JobId job = Catalog.Jobs.Create(Job() with { FileSet = null, FileSetHash = null });
        LogLine[] lines = [.. Enumerable.Range(0, 5).Select(i => new LogLine(job, At(9 - i), $"line {i}\tä"))];
        Catalog.Log.Append(lines[..2]);
        Catalog.Log.Append(lines[2..]);
        Catalog.Log.Append([]);
        Assert.Equal(lines, Catalog.Log.List(job, 10));
        Assert.Equal(lines[3..4], Catalog.Log.List(job, 1, skip: 3));
        Catalog.Log.AppendAudit(new AuditLine(At(1), "root", "delete volume V1", "refused"));
        Catalog.Log.AppendAudit(new AuditLine(At(2), "root", "run job=nightly", "done"));
        Assert.Equal("run job=nightly", Assert.Single(Catalog.Log.ListAudit(1)).Deed);
    }

    [Fact]
    public void A_catalog_belongs_to_one_installation()
    {
        Assert.Null(Catalog.Installation);
        Catalog.SetInstallation(Installation);
        Catalog.SetInstallation(Installation);
        Restart();
        Assert.Equal(Installation, Catalog.Installation);
        Refused(() => Catalog.SetInstallation(new InstallationId(new Guid(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))), "installation");
        Assert.Empty(Catalog.Check());
    }
}
