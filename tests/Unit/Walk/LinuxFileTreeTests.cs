using System.Net.Sockets;
using System.Text;
using Backup.Filesets.Linux;
using Backup.Messages.Jobs;
using Backup.Messages.Values;
using Backup.Tests.Unit.BackupSessions;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;
using Mono.Unix.Native;

namespace Backup.Tests.Unit.Walk;

public sealed class LinuxFileTreeTests : IDisposable
{
    private readonly RealTree _real = new();
    private readonly LinuxFileTree _linux = new();
    private readonly BackupBench _bench;

    public LinuxFileTreeTests()
    {
        _bench = new BackupBench { Files = _linux };
        _bench.FileSet = _bench.FileSet with { Roots = [_real.Folder] };
    }

    public void Dispose()
    {
        _linux.Dispose();
        _real.Dispose();
    }

    private TreeEntry Saved(string name) => _bench.Entry($"{_real.Folder}/{name}") ?? throw new KeyNotFoundException(name);

    private void Full()
    {
        Assert.Null(_bench.Full().Ended.Failure);
        Assert.Empty(_bench.Storage.Unsaved);
    }

    [Fact]
    [Trait("Req", "FIL-06")]
    public void Every_kind_of_entry_is_saved_as_what_it_is()
    {
        _real.Shell("echo text > file; ln -s /nowhere/at/all link; mkfifo -m 640 pipe; mkdir dir; ln file dir/second; ln link dir/link2");
        if (RealTree.IsRoot) _real.Shell("mknod null c 1 3; mknod disk b 259 70000");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint($"{_real.Folder}/socket"));

        Full();

        Assert.Equal((EntryKind.File, 5L, EntryFlags.HardLinked), (Saved("file").Kind, Saved("file").Size, Saved("file").Flags));
        Assert.Equal(Saved("file").Reference, Saved("dir/second").Reference);
        Assert.Equal("/nowhere/at/all"u8.ToArray(), Saved("link").LinkTarget);
        Assert.Equal(Saved("link").Reference, Saved("dir/link2").Reference);
        Assert.Equal((EntryKind.Fifo, 0x1a0u), (Saved("pipe").Kind, Saved("pipe").Mode));
        Assert.Equal(EntryKind.Socket, Saved("socket").Kind);
        if (!RealTree.IsRoot) return;
        Assert.Equal((EntryKind.CharacterDevice, 0x103ul), (Saved("null").Kind, Saved("null").DeviceNumber));
        Assert.Equal(259ul << 8 | (70000ul & 0xff) | (70000ul & ~0xfful) << 12, Saved("disk").DeviceNumber);
    }

    [Fact]
    public void Names_of_any_bytes_come_through()
    {
        _real.Shell("""
            echo 1 > $'\xff\xfe'; echo 2 > $'new\nline'
            echo 3 > $'\x01'; echo 4 > ' '; echo 5 > '*'; echo 6 > -rf; printf x > $(printf 'n%.0s' {1..255})
            """);

        Full();

        Assert.Equal(7, _bench.Seal.Totals.FilesSaved);
        Assert.Equal("1\n"u8.ToArray(), _bench.ContentOf($"{_real.Folder}/\xff\xfe"));
        Assert.Equal("2\n"u8.ToArray(), _bench.ContentOf($"{_real.Folder}/new\nline"));
        Assert.Equal(1, Saved(new string('n', 255)).Size);
    }

    [Fact]
    [Trait("Req", "MET-08")]
    public void Modes_owners_and_times_of_any_century_come_through()
    {
        _real.Shell("echo x > old; touch -d '1905-03-04 05:06:07.123456789 UTC' old");
        _real.Shell("echo x > new; touch -d '2200-01-01 00:00:00.000000001 UTC' new; chmod 6711 new; echo x > none; chmod 0 none");
        if (RealTree.IsRoot) _real.Shell("chown 12345:54321 none");

        Full();

        Assert.Equal("1905-03-04T05:06:07Z", Saved("old").Modified.ToString());
        Assert.Equal(123_456_789u, Saved("old").Modified.Nanoseconds);
        Assert.Equal(("2200-01-01T00:00:00Z", 1u), (Saved("new").Modified.ToString(), Saved("new").Modified.Nanoseconds));
        Assert.Equal((0xdc9u, 0u), (Saved("new").Mode, Saved("none").Mode));
        if (RealTree.IsRoot) Assert.Equal((12345u, 54321u, ""), (Saved("none").UserId, Saved("none").GroupId, Saved("none").UserName));
    }

    [Fact]
    public void Extended_attributes_come_with_files_directories_and_links()
    {
        _real.Shell("echo x > file; mkdir dir; ln -s x link");
        byte[] large = Encoding.ASCII.GetBytes(new string('v', 2000));
        Assert.Equal(0, Syscall.lsetxattr($"{_real.Folder}/file", "user.large", large, (ulong)large.Length, 0));
        Assert.Equal(0, Syscall.lsetxattr($"{_real.Folder}/file", "user.a", [0, 1], 2, 0));
        Assert.Equal(0, Syscall.lsetxattr($"{_real.Folder}/dir", "user.d", [], 0, 0));
        if (RealTree.IsRoot) Assert.Equal(0, Syscall.lsetxattr($"{_real.Folder}/link", "trusted.l", [9], 1, 0));

        Full();

        Assert.Equal(["user.a", "user.large"], Saved("file").ExtendedAttributes.Select(a => Encoding.ASCII.GetString(a.Name)));
        Assert.Equal(large, Saved("file").ExtendedAttributes[1].Value);
        Assert.Empty(Assert.Single(Saved("dir").ExtendedAttributes).Value);
        if (RealTree.IsRoot) Assert.Equal("trusted.l"u8.ToArray(), Assert.Single(Saved("link").ExtendedAttributes).Name);
    }

    [Fact]
    [Trait("Req", "FIL-11")]
    public void Sparse_file_of_6_GiB_is_read_where_it_has_data()
    {
        _real.Shell("truncate -s 6G sparse; printf data | dd of=sparse bs=1 seek=5368709120 conv=notrunc status=none");

        Full();

        Assert.Equal((6L << 30, EntryFlags.Sparse, DigestAlgorithm.Sha256OverExtents),
            (Saved("sparse").Size, Saved("sparse").Flags, Saved("sparse").Digest.Algorithm));
        Assert.True(_bench.Seal.Totals.BytesRead < 1 << 20);
        DataHeader data = _bench.Storage.Files[Saved("sparse").Reference.FileIndex][0].Data[0];
        Assert.True(data.Offset <= 5L << 30 && data.Offset + data.RawLength > 5L << 30);
    }

    [Fact]
    public void Path_deeper_than_PATH_MAX_and_deeper_than_the_open_directories_is_walked_and_left_again()
    {
        const int depth = 300;
        string name = new('d', 20);
        int at = Syscall.open(_real.Folder, OpenFlags.O_RDONLY);
        for (int i = 0; i < depth; i++)
        {
            Assert.Equal(0, Syscall.mkdirat(at, name, FilePermissions.S_IRWXU));
            Assert.Equal(0, Syscall.mkdirat(at, "z", FilePermissions.S_IRWXU));
            int next = Syscall.openat(at, name, OpenFlags.O_RDONLY);
            _ = Syscall.close(at);
            at = next;
        }
        _ = Syscall.close(Syscall.openat(at, "file", OpenFlags.O_CREAT | OpenFlags.O_WRONLY, FilePermissions.S_IRUSR));
        _ = Syscall.close(at);

        Full();

        int passages = _real.Folder.Count(c => c == '/');
        Assert.Equal(2 * depth + 1 + passages, _bench.Seal.Totals.Entries);
        Assert.Equal(1, _bench.Seal.Totals.FilesSaved);
    }

    [Fact]
    public void Directory_of_100_000_entries_is_saved_in_order()
    {
        _real.Shell("mkdir big; cd big; seq -f 'f%06.0f' 1 100000 | xargs touch");

        Full();

        Assert.Equal(100_000, _bench.Seal.Totals.FilesSaved);
        List<string> names = [.. new TreeReader(_bench.Storage).Entries(Saved("big").Child).Select(e => Encoding.ASCII.GetString(e.Name))];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(100_000, names.Count);
    }

    [Fact]
    [Trait("Req", "LVL-09")]
    public void Real_incremental_saves_what_was_written_and_nothing_else()
    {
        _real.Shell("for i in $(seq 50); do mkdir -p d$((i % 5)); echo $i > d$((i % 5))/f$i; done; touch -d '2001-01-01 UTC' d*/*");
        Full();
        _real.Shell("echo more >> d1/f1; rm d2/f2; mv d3/f3 d4/moved");

        Assert.Null(_bench.Incremental().Ended.Failure);

        Assert.Equal("1\nmore\n"u8.ToArray(), _bench.ContentOf($"{_real.Folder}/d1/f1"));
        Assert.Null(_bench.Entry($"{_real.Folder}/d2/f2"));
        Assert.Null(_bench.Entry($"{_real.Folder}/d3/f3"));
        Assert.Equal("3\n"u8.ToArray(), _bench.ContentOf($"{_real.Folder}/d4/moved"));
    }

    [Fact]
    public void Fifo_that_nobody_writes_and_special_file_systems_are_told_apart()
    {
        _real.Shell("mkfifo p");
        _bench.FileSet = _bench.FileSet with { Roots = [_real.Folder, "/proc"], ExceptFileSystemTypes = ["proc"] };

        Assert.Null(_bench.Full().Ended.Failure);

        UnsavedFile proc = Assert.Single(_bench.Storage.Unsaved);
        Assert.Equal(("/proc", UnsavedReason.FileSystemTypeExcluded, "proc"),
            (Encoding.UTF8.GetString(proc.Path), proc.Reason, proc.Detail));
    }
}
