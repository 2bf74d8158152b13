using Backup.Actors.Storage.Outbox;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;

namespace Backup.Tests.Actors;

/// <summary>The outbox's files, whole and damaged.</summary>
public sealed class OutboxTests : IDisposable
{
    private const int Parts = 5;
    private static readonly SessionId Session = new(new Guid(1, 2, 3, new byte[8]));

    private readonly string _folder = Directory.CreateTempSubdirectory("backup-outbox-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_appended_and_not_acknowledged_is_owed_again_in_order_after_a_restart()
    {
        OutboxLog log = Made();
        log.Acknowledge();
        log.Close();
        OutboxLog again = Assert.Single(new StorageOutbox(_folder, 1 << 20).OpenLeft());

        Assert.Equal(Enumerable.Range(1, Parts).Select(i => (long)i), Positions(again));
        Assert.Equal(new StreamPosition(Parts, 0), again.Head.Position);
        Assert.Equal(new JobId(7), again.Head.Job);
        again.Close();
    }

    [Fact]
    public void A_file_cut_at_any_byte_gives_the_parts_before_the_cut_and_can_be_appended_to()
    {
        byte[] whole = Whole(out string path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, length).ToArray());
            long[] found = Opened();
            Assert.Equal(Enumerable.Range(1, found.Length).Select(i => (long)i), found);
            Assert.True(found.Length < Parts);
            if (!File.Exists(path)) continue;
            OutboxLog log = Assert.Single(new StorageOutbox(_folder, 1 << 20).OpenLeft());
            log.Append(Part(found.Length + 1));
            log.Close();
            Assert.Equal(found.Length + 1, Opened().Length);
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_gives_only_parts_that_were_appended_and_never_throws()
    {
        byte[] whole = Whole(out string path);
        for (int at = 0; at < whole.Length; at++)
        {
            foreach (byte change in new byte[] { 0x01, 0x80, 0xff })
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= change;
                File.WriteAllBytes(path, damaged);
                long[] found = Opened();
                Assert.Equal(Enumerable.Range(1, found.Length).Select(i => (long)i), found);
                Assert.True(found.Length < Parts);
            }
        }
    }

    [Fact]
    public void What_is_owed_is_counted_and_given_back_and_a_deleted_log_leaves_no_file()
    {
        var outbox = new StorageOutbox(_folder, 100);
        OutboxLog log = OutboxLog.Create(outbox, Head());
        Assert.True(outbox.HasRoom);
        log.Append(Part(1));
        log.Append(Part(2));
        Assert.False(outbox.HasRoom);
        log.Acknowledge();
        log.Delete();

        Assert.Equal(0, outbox.Bytes);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    private byte[] Whole(out string path)
    {
        Made().Close();
        path = Assert.Single(Directory.EnumerateFiles(_folder));
        return File.ReadAllBytes(path);
    }

    private OutboxLog Made()
    {
        OutboxLog log = OutboxLog.Create(new StorageOutbox(_folder, 1 << 20), Head());
        for (int i = 1; i <= Parts; i++) log.Append(Part(i));
        return log;
    }

    private long[] Opened()
    {
        IReadOnlyList<OutboxLog> left = new StorageOutbox(_folder, 1 << 20).OpenLeft();
        long[] positions = [.. left.SelectMany(Positions)];
        foreach (OutboxLog log in left) log.Close();
        return positions;
    }

    private static List<long> Positions(OutboxLog log)
    {
        var positions = new List<long>();
        for (; log.Next() is { } entry; log.Acknowledge())
            positions.Add(OutboxFrame.DecodePart(log.Read(entry)).Commit.To.Data);
        return positions;
    }

    private static OutboxHead Head() => new(Session, new JobId(7), 1, default, null);

    private static CommittedPart Part(int number) => new(
        new CatalogueCommit(Session, new StreamPosition(number - 1, 0), new StreamPosition(number, 0), "/etc/hosts", default,
            new VolumeSpan("V", default, 1, number), "p", "s", default, number, number),
        new byte[] { 1, 2, 3 });
}
