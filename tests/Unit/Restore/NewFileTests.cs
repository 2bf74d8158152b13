using System.Text;
using Backup.Filesets.Restore;
using Mono.Unix.Native;

namespace Backup.Tests.Unit.Restore;

/// <summary>
/// Files get their owner, mode and attributes whether the directory is a new one, which only this process can enter, or one that stood
/// there and gives new files a group or a mode of its own.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class NewFileTests
{
    private static readonly int[] Modes = [0x1a4, 0x1a4, 0x180, 0x124, 0, 0x1b6, 0x1ff, 0x9ed, 0x1a4, 0x5ed, 0x1c0];

    [Fact]
    [Trait("Req", "RST-11")]
    public void Files_of_a_new_directory_have_the_mode_owner_and_attributes_that_were_saved()
    {
        using var fixture = new RestoreFixture();
        WriteAll(fixture);

        Assert.Equal(0, fixture.Restore(fixture.Capture()).ProblemCount);

        Assert.Empty(fixture.Differences());
    }

    [Fact]
    [Trait("Req", "RST-11")]
    public void Files_of_a_directory_that_gives_its_own_group_have_the_owner_that_was_saved()
    {
        using var fixture = new RestoreFixture();
        WriteAll(fixture);
        Directory.CreateDirectory(fixture.Target + "/d");
        if (IsRoot) Assert.Equal(0, Syscall.chown(fixture.Target, 1, 1));
        if (IsRoot) Assert.Equal(0, Syscall.chown(fixture.Target + "/d", 1, 1));
        foreach (string folder in new[] { "", "/d" }) Chmod(fixture.Target + folder, 0x5ff);

        Assert.Equal(0, fixture.Restore(fixture.Capture()).ProblemCount);

        Assert.Empty(fixture.Differences());
    }

    [Fact]
    [Trait("Req", "RST-11")]
    public void A_default_acl_of_the_target_is_not_inherited()
    {
        using var fixture = new RestoreFixture();
        WriteAll(fixture);
        Directory.CreateDirectory(fixture.Target);
        // acl(5) as the kernel has it: version 2, then tag, permissions and id of owner, a named user, group, mask and others.
        byte[] acl = [2, 0, 0, 0, .. Entry(1, 7), .. Entry(2, 7, 1), .. Entry(4, 7), .. Entry(16, 7), .. Entry(32, 7)];
        if (Syscall.setxattr(fixture.Target, "system.posix_acl_default", acl) != 0) return; // a file system without ACLs

        Assert.Equal(0, fixture.Restore(fixture.Capture()).ProblemCount);

        Assert.Empty(fixture.Differences());
    }

    [Fact]
    [Trait("Req", "RST-11")]
    public void A_list_longer_than_what_is_read_at_once_brings_every_attribute_back()
    {
        using var fixture = new RestoreFixture();
        for (int i = 0; i < 200; i++)
        {
            string file = fixture.Write($"e/{i}", new string('x', i + 1));
            Assert.Equal(0, Syscall.setxattr(file, "user.long", Encoding.ASCII.GetBytes(new string((char)('a' + (i % 26)), 10 * i))));
        }

        TreeRestoreResult result = fixture.Restore(fixture.Capture());

        Assert.Equal((0, 200), (result.ProblemCount, result.Files));
        Assert.Empty(fixture.Differences());
    }

    private static bool IsRoot => Syscall.geteuid() == 0;

    private static void WriteAll(RestoreFixture fixture)
    {
        for (int i = 0; i < Modes.Length; i++)
            foreach (string folder in new[] { "", "d/", "new/below/" })
            {
                string file = fixture.Write($"{folder}{i}", $"content {i}");
                if (i == 3) Assert.Equal(0, Syscall.setxattr(file, "user.note", [1, 2, 3]));
                if (IsRoot && i % 4 == 1) Assert.Equal(0, Syscall.chown(file, 2, 3));
                Chmod(file, Modes[i]);
            }
        foreach (string folder in new[] { "/d", "/new" }) Chmod(fixture.Source + folder, 0x1ed);
        foreach (string folder in new[] { "/new/below" }) Chmod(fixture.Source + folder, 0x168);
    }

    private static void Chmod(string path, int mode) => Assert.Equal(0, Syscall.chmod(path, (FilePermissions)mode));

    private static byte[] Entry(byte tag, byte permissions, int id = -1) => [tag, 0, permissions, 0, .. BitConverter.GetBytes(id)];
}
