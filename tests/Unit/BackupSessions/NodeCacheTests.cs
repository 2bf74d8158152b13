using Backup.Actors.Client.Nodes;
using Backup.Messages.Ids;
using Backup.Volumes.Trees;
using Microsoft.Data.Sqlite;

namespace Backup.Tests.Unit.BackupSessions;

public sealed class NodeCacheTests : IDisposable
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private readonly string _folder = Directory.CreateTempSubdirectory("nodes").FullName;
    private readonly Clock _clock = new();

    private string File => Path.Combine(_folder, "below", "nodes.db");

    private NodeCache Open(long bytesMax = 1 << 30) => new(new NodeCacheSettings(File, bytesMax, UnusedDaysMax: 10), _clock);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static StoredNode Node(byte content, byte session = 1)
    {
        byte[] encoding = [content, 2, 3];
        return new StoredNode(NodeCodec.IdOf(encoding), BackupBench.Session(session), encoding);
    }

    [Fact]
    public void Node_is_there_for_the_next_process_and_its_holder_once_confirmed()
    {
        using (NodeCache cache = Open())
        {
            cache.AddPending(Node(1));
            cache.Add(Node(2, session: 9));
            Assert.Null(cache.HolderOf(Node(1).Id));
            Assert.Equal(BackupBench.Session(9), cache.HolderOf(Node(2).Id));
            cache.Confirm(BackupBench.Session(1), Node(1).Id);
        }
        using NodeCache again = Open();

        Assert.Equal(Node(1).Encoding, again.Find(Node(1).Id));
        Assert.Equal(BackupBench.Session(1), again.HolderOf(Node(1).Id));
        Assert.True(again.IsComplete(Node(1).Id));
        Assert.False(again.IsComplete(Node(2).Id));
        Assert.Null(again.Find(Node(3).Id));
    }

    [Fact]
    public void Damaged_node_is_not_found()
    {
        Open().Dispose();
        using (NodeCache cache = Open()) cache.Add(Node(1));
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE node SET encoding = x'00'";
            command.ExecuteNonQuery();
        }

        using NodeCache again = Open();

        Assert.Null(again.Find(Node(1).Id));
    }

    [Fact]
    public void File_that_is_no_cache_is_made_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, new string('x', 10_000));

        using NodeCache cache = Open();
        cache.Add(Node(1));

        Assert.Null(cache.Fault);
        Assert.NotNull(cache.Find(Node(1).Id));
    }

    [Fact]
    public void Deleted_under_way_it_goes_on_as_an_empty_one_at_worst()
    {
        using NodeCache cache = Open();
        cache.Add(Node(1));
        Directory.Delete(Path.GetDirectoryName(File)!, recursive: true);

        for (byte i = 2; i < 200; i++) cache.Add(Node(i));
        cache.Confirm(BackupBench.Session(1), Node(1).Id);

        Assert.True(cache.Fault is not null || cache.Find(Node(5).Id) is not null);
        using NodeCache next = Open();
        next.Add(Node(7));
        Assert.NotNull(next.Find(Node(7).Id));
    }

    [Fact]
    public void Unused_nodes_go_after_their_days_and_used_ones_stay()
    {
        using NodeCache cache = Open();
        cache.Add(Node(1));
        cache.Add(Node(2));
        cache.Confirm(BackupBench.Session(1), Node(1).Id);
        _clock.Now = _clock.Now.AddDays(9);
        Assert.NotNull(cache.Find(Node(1).Id));
        _clock.Now = _clock.Now.AddDays(9);

        cache.Evict();

        Assert.NotNull(cache.Find(Node(1).Id));
        Assert.Null(cache.Find(Node(2).Id));
        Assert.False(cache.IsComplete(Node(1).Id));
    }

    [Fact]
    public void Beyond_its_size_the_longest_unused_go_first()
    {
        using NodeCache cache = Open(bytesMax: 5);
        cache.Add(Node(1));
        _clock.Now = _clock.Now.AddDays(1);
        cache.Add(Node(2));

        cache.Evict();

        Assert.Null(cache.Find(Node(1).Id));
        Assert.NotNull(cache.Find(Node(2).Id));
    }
}
