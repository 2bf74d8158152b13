using System.Text;
using Mono.Unix;
using Mono.Unix.Native;

namespace Backup.TestKit.Trees;

/// <summary>
/// A real tree with everything that breaks backup programs: names of any bytes, paths longer than PATH_MAX, holes, special files, ACLs,
/// capabilities, odd modes, owners and times, hard links of all kinds. Made by other calls than the product's. Needs root.
/// </summary>
public static class OddTree
{
    public const long LargeSparseBytes = 6L << 30;
    public const long LargeSparseDataAt = 5L << 30;
    public const int DeepLevels = 30;

    private static readonly byte[] AccessList =
    [
        2, 0, 0, 0,
        1, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, // user::rw-
        2, 0, 4, 0, 0xe9, 3, 0, 0,          // user:1001:r--
        4, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, // group::r--
        16, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, // mask::r--
        32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, // other::---
    ];

    // cap_net_bind_service=ep, VFS_CAP_REVISION_2
    private static readonly byte[] Capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        MakeNames(folder);
        MakeContent(folder);
        MakeSpecialFiles(folder);
        MakeLinks(folder);
        MakeAttributes(folder);
        MakeDeepPath(folder);
        MakeTimes(folder);
    }

    private static void MakeNames(string folder)
    {
        string names = MakeDirectory(folder, "names");
        foreach (string name in (string[])["-rf", " ", "new\nline", "tab\t", "quote'\"", "back\\slash", "*", "~", "\u202etxt.exe",
            "日本", new string('n', 255)])
            File.WriteAllText(Path.Combine(names, name), name);
        WriteRaw(names, [0xff, 0xfe, (byte)'x'], "not UTF-8");
        WriteRaw(names, [0xc3, 0x28], "cut UTF-8");
        byte[] directory = [.. Encoding.UTF8.GetBytes(names), (byte)'/', 0x80, 0x81];
        Check(Syscall.mkdir(Text(directory), FilePermissions.ACCESSPERMS));
        WriteRaw(directory, [0x01, 0x7f], "control characters");
    }

    private static void MakeContent(string folder)
    {
        string content = MakeDirectory(folder, "content");
        File.WriteAllBytes(Path.Combine(content, "empty"), []);
        File.WriteAllBytes(Path.Combine(content, "one"), [42]);
        var big = new byte[3_000_001];
        for (int i = 0; i < big.Length; i++) big[i] = (byte)(i * 2654435761L >> 11);
        File.WriteAllBytes(Path.Combine(content, "big"), big);
        File.WriteAllBytes(Path.Combine(content, "zeros"), new byte[300_000]);
        WriteSparse(Path.Combine(content, "sparse"), LargeSparseBytes, LargeSparseDataAt);
        WriteSparse(Path.Combine(content, "sparse-start"), 64 << 20, 0);
        WriteSparse(Path.Combine(content, "hole"), 10 << 20, -1);
    }

    private static void WriteSparse(string path, long size, long dataAt)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        if (dataAt >= 0)
        {
            file.Position = dataAt;
            file.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("data in a sparse file ", 1000))));
        }
        file.SetLength(size);
    }

    private static void MakeSpecialFiles(string folder)
    {
        string special = MakeDirectory(folder, "special");
        Check(Syscall.mkfifo(special + "/fifo", FilePermissions.ALLPERMS & ~FilePermissions.S_ISUID));
        Check(Syscall.mknod(special + "/null", FilePermissions.S_IFCHR | FilePermissions.ACCESSPERMS, 0x103));
        Check(Syscall.mknod(special + "/loop", FilePermissions.S_IFBLK | FilePermissions.S_IRUSR, 0x700));
        // a major and a minor beyond 8 bits
        Check(Syscall.mknod(special + "/wide", FilePermissions.S_IFCHR | FilePermissions.S_IRUSR, 0x4512367));
        Check(Syscall.mknod(special + "/socket", FilePermissions.S_IFSOCK | FilePermissions.ACCESSPERMS, 0));
        Check(Syscall.lchown(special + "/fifo", 1000, 1001));
        Check(Syscall.link(special + "/fifo", special + "/fifo-again"));
    }

    private static void MakeLinks(string folder)
    {
        string links = MakeDirectory(folder, "links");
        string far = MakeDirectory(links, "far");
        File.WriteAllText(links + "/first", "shared content");
        Check(Syscall.link(links + "/first", links + "/second"));
        Check(Syscall.link(links + "/first", far + "/third"));
        File.WriteAllBytes(links + "/nothing", []);
        Check(Syscall.link(links + "/nothing", links + "/nothing-again"));
        Check(Syscall.symlink("/nowhere/at/all", links + "/dangling"));
        Check(Syscall.link(links + "/dangling", far + "/dangling-again"));
        Check(Syscall.symlink(Text([0xff, (byte)'/', 0xc0]), links + "/strange"));
        Check(Syscall.symlink(new string('l', 4000), links + "/long"));
        Check(Syscall.symlink("..", links + "/up"));
        Check(Syscall.lchown(links + "/up", 1002, 1003));
        Check(Syscall.lsetxattr(links + "/up", "trusted.mark", [1, 2, 3], XattrFlags.XATTR_AUTO));
    }

    private static void MakeAttributes(string folder)
    {
        string attributes = MakeDirectory(folder, "attributes");
        string program = attributes + "/program";
        File.WriteAllText(program, "#!/bin/sh\n");
        Check(Syscall.chown(program, 1000, 1001));
        Check(Syscall.chmod(program,
            FilePermissions.S_ISUID | FilePermissions.S_ISGID | FilePermissions.S_IRWXU | FilePermissions.S_IXGRP));
        File.WriteAllText(attributes + "/capable", "capable");
        Check(Syscall.chown(attributes + "/capable", 1000, 0));
        Check(Syscall.setxattr(attributes + "/capable", "security.capability", Capability, XattrFlags.XATTR_AUTO));
        File.WriteAllText(attributes + "/listed", "with a list");
        Check(Syscall.setxattr(attributes + "/listed", "system.posix_acl_access", AccessList, XattrFlags.XATTR_AUTO));
        Check(Syscall.setxattr(attributes + "/listed", "user.note", Encoding.UTF8.GetBytes("a value"), XattrFlags.XATTR_AUTO));
        Check(Syscall.setxattr(attributes + "/listed", "user.empty", [], XattrFlags.XATTR_AUTO));
        File.WriteAllText(attributes + "/closed", "mode 0");
        Check(Syscall.chmod(attributes + "/closed", 0));
        string inheriting = MakeDirectory(attributes, "inheriting");
        File.WriteAllText(inheriting + "/made-before", "no list of its own");
        Check(Syscall.setxattr(inheriting, "system.posix_acl_default", AccessList, XattrFlags.XATTR_AUTO));
        File.WriteAllText(MakeDirectory(attributes, "shut") + "/inside", "in a directory of mode 0");
        Check(Syscall.chmod(attributes + "/shut", 0));
        Check(Syscall.chmod(MakeDirectory(attributes, "common"),
            FilePermissions.S_ISVTX | FilePermissions.S_ISGID | FilePermissions.ACCESSPERMS));
        Check(Syscall.chown(MakeDirectory(attributes, "owned"), 4_000_000_000, 12345));
    }

    private static void MakeDeepPath(string folder)
    {
        int at = Syscall.open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        for (int level = 0; level < DeepLevels; level++)
        {
            string name = new string((char)('a' + level % 26), 200);
            Check(Syscall.mkdirat(at, name, FilePermissions.ACCESSPERMS));
            int next = Syscall.openat(at, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            Check(next);
            _ = Syscall.close(at);
            at = next;
        }
        int file = Syscall.openat(at, "bottom", OpenFlags.O_CREAT | OpenFlags.O_WRONLY, FilePermissions.S_IRUSR);
        Check(file);
        _ = Syscall.close(file);
        _ = Syscall.close(at);
    }

    private static void MakeTimes(string folder)
    {
        string times = MakeDirectory(folder, "times");
        foreach ((string name, long seconds, long nanoseconds) in ((string, long, long)[])
            [("1902", -2_145_916_800, 999_999_999), ("1969", -1, 500_000_000), ("2039", 2_177_452_800, 1),
                ("2150", 5_680_281_600, 123_456_789)])
        {
            File.WriteAllText(Path.Combine(times, name), name);
            SetTime(Path.Combine(times, name), seconds, nanoseconds);
        }
        SetTime(folder + "/links/dangling", 1_000_000_000, 7);
        SetTime(folder + "/special/fifo", 1_000_000_001, 8);
        SetTime(folder + "/attributes/owned", 1_000_000_002, 9);
        SetTime(times, 1_000_000_003, 10);
    }

    private static void SetTime(string path, long seconds, long nanoseconds)
    {
        Timespec[] both = [new() { tv_sec = 1_600_000_000 }, new() { tv_sec = seconds, tv_nsec = nanoseconds }];
        Check(Syscall.utimensat(Syscall.AT_FDCWD, path, both, AtFlags.AT_SYMLINK_NOFOLLOW));
    }

    private static string MakeDirectory(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private static void WriteRaw(string folder, byte[] name, string content) => WriteRaw(Encoding.UTF8.GetBytes(folder), name, content);

    private static unsafe void WriteRaw(byte[] folder, byte[] name, string content)
    {
        int file = Syscall.open(Text([.. folder, (byte)'/', .. name]), OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_WRONLY,
            FilePermissions.DEFFILEMODE);
        Check(file);
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        fixed (byte* p = bytes) Check(Syscall.write(file, p, (ulong)bytes.Length) == bytes.Length ? 0 : -1);
        _ = Syscall.close(file);
    }

    /// <summary>The form in which the library takes names that are not UTF-8.</summary>
    private static string Text(byte[] bytes) => UnixEncoding.Instance.GetString(bytes);

    private static void Check(int answer)
    {
        if (answer < 0) throw new IOException(UnixMarshal.GetErrorDescription(Stdlib.GetLastError()));
    }
}
