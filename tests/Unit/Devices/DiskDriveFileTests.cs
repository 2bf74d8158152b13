using System.Diagnostics;
using System.Runtime.InteropServices;
using Backup.Devices.Drives.Disk;
using Backup.Devices.Linux;
using Backup.Messages.Drives;

namespace Backup.Tests.Unit.Devices;

/// <summary>What is special to a folder of files: places, marks, names, locks, the file system's end.</summary>
public sealed partial class DiskDriveFileTests : IDisposable
{
    private const int BlockSize = 128 * 1024;
    private readonly string _folder = Directory.CreateTempSubdirectory("disk-drive-").FullName;
    private readonly AlignedBuffer _buffer = new(BlockSize);

    [Fact]
    public void Each_block_lies_at_its_place_and_a_filemark_begins_with_its_text()
    {
        using DiskDrive drive = Loaded();
        Write(drive, 100, 1);
        drive.SetBlockSize(BlockSize);
        Write(drive, 200, 2);
        Write(drive, BlockSize, 3);
        drive.WriteFilemarks(1);
        drive.Unload();

        byte[] file = File.ReadAllBytes(Path.Combine(_folder, "V"));
        Assert.Equal(65536 + 2 * BlockSize + 4096, file.Length);
        Assert.Equal(1, file[99]);
        Assert.Equal(0, file[100]);
        Assert.Equal(2, file[65536 + 199]);
        Assert.Equal(0, file[65536 + 200]);
        Assert.Equal(3, file[65536 + BlockSize]);
        Assert.True(file.AsSpan(65536 + 2 * BlockSize).StartsWith("BACKUP FILEMARK\n"u8));
    }

    [Fact]
    public void A_short_blocks_place_is_a_hole()
    {
        using DiskDrive drive = Loaded();
        Write(drive, 100, 1);
        drive.SetBlockSize(4 * 1024 * 1024);
        for (int i = 0; i < 8; i++) Write(drive, 4096, i);
        drive.WriteFilemarks(1);
        using Process du = Process.Start(new ProcessStartInfo("du", ["-k", Path.Combine(_folder, "V")]) { RedirectStandardOutput = true })!;
        int kilobytes = int.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0]);
        Assert.InRange(kilobytes, 36, 1024);
        Assert.True(new FileInfo(Path.Combine(_folder, "V")).Length > 28 << 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData("a\nb")]
    [InlineData("ä")]
    public void Load_with_a_name_that_is_a_path_or_odd_is_refused_and_makes_nothing(string name)
    {
        using var drive = new DiskDrive(new DiskDriveOptions(_folder, _ => -1));
        MoveAnswer answer = drive.Load(name, DriveAccess.Create);
        Assert.False(answer.Moved);
        Assert.Contains("volume name", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    /// <summary>A process being started has copies of all open files until its exec, as the copy here: it must not keep the lock.</summary>
    [Fact]
    public void An_unloaded_volume_is_free_though_a_child_process_has_a_copy_of_its_file()
    {
        int copy;
        string path = Path.Combine(_folder, "V");
        using (DiskDrive first = Loaded())
        {
            string open = Directory.GetFiles("/proc/self/fd").Single(fd => TargetOf(fd) == path);
            copy = Duplicate(int.Parse(Path.GetFileName(open)));
        }
        try
        {
            using DiskDrive second = Loaded();
        }
        finally
        {
            _ = CloseCopy(copy);
        }
    }

    /// <summary>Null for a file that another test has closed since the folder was listed.</summary>
    private static string? TargetOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseCopy(int file);

    [Fact]
    public void A_second_writer_gets_one_line_and_readers_share()
    {
        using DiskDrive first = Loaded();
        using var second = new DiskDrive(new DiskDriveOptions(_folder, _ => -1));
        MoveAnswer answer = second.Load("V", DriveAccess.Append);
        Assert.Equal($"volume V: {_folder}/V is open in another drive or program", answer.Reason);
        Assert.False(second.Load("V", DriveAccess.Read).Moved);
        first.Unload();
        Assert.True(first.Load("V", DriveAccess.Read).Moved);
        Assert.True(second.Load("V", DriveAccess.Read).Moved);
    }

    [Fact]
    public void Links_and_folders_are_no_volumes()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "L"), "/etc/hostname");
        Directory.CreateDirectory(Path.Combine(_folder, "D"));
        using var drive = new DiskDrive(new DiskDriveOptions(_folder, _ => -1));
        Assert.Contains("ELOOP", drive.Load("L", DriveAccess.Create).Reason, StringComparison.Ordinal);
        Assert.Contains("EISDIR", drive.Load("D", DriveAccess.Append).Reason, StringComparison.Ordinal);
        Assert.Contains("not a regular file", drive.Load("D", DriveAccess.Read).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Creating_over_a_volume_keeps_it_until_the_first_write()
    {
        using DiskDrive drive = Loaded();
        Write(drive, 100, 7);
        drive.Unload();
        Assert.True(drive.Load("V", DriveAccess.Create).Moved);
        Assert.Equal(new ReadAnswer(ReadOutcome.Block, 100), drive.Read(_buffer.Span));
        drive.Rewind();
        Write(drive, 10, 8);
        Assert.Equal(10, new FileInfo(Path.Combine(_folder, "V")).Length);
    }

    [Fact]
    public void A_torn_last_block_comes_back_as_far_as_it_goes()
    {
        using DiskDrive drive = Loaded();
        Write(drive, 100, 1);
        drive.SetBlockSize(BlockSize);
        Write(drive, BlockSize, 2);
        drive.Unload();
        using (FileStream file = File.OpenWrite(Path.Combine(_folder, "V"))) file.SetLength(65536 + 5000);
        using var torn = new DiskDrive(new DiskDriveOptions(_folder, _ => BlockSize));
        torn.Load("V", DriveAccess.Read);
        torn.SetBlockSize(BlockSize);
        torn.Locate(1);
        Assert.Equal(new ReadAnswer(ReadOutcome.Block, 5000), torn.Read(_buffer.Span));
        Assert.Equal(ReadOutcome.EndOfData, torn.Read(_buffer.Span).Outcome);
    }

    [Fact]
    public void Without_a_block_size_only_the_first_block_can_be_reached()
    {
        using DiskDrive drive = Loaded();
        Write(drive, 100, 1);
        WriteAnswer answer = Write(drive, 100, 2);
        Assert.Equal(WriteOutcome.Failed, answer.Outcome);
        Assert.Contains("block size", answer.Reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => drive.SetBlockSize(5000));
        Assert.Throws<ArgumentOutOfRangeException>(() => drive.SetBlockSize(8 * 1024 * 1024));
    }

    [Fact]
    public void The_reserve_for_trailers_has_an_end()
    {
        using var drive = new DiskDrive(new DiskDriveOptions(_folder, _ => -1) { Capacity = 65536 });
        drive.Load("V", DriveAccess.Create);
        Write(drive, 100, 1);
        drive.SetBlockSize(BlockSize);
        Assert.Equal(WriteOutcome.EndOfMedium, Write(drive, BlockSize, 2).Outcome);
        int trailers = 0;
        while (Write(drive, BlockSize, 3).Outcome == WriteOutcome.Written) trailers++;
        Assert.Equal(DiskDriveOptions.TrailerReserve / BlockSize, trailers);
        Assert.Equal(WriteOutcome.EndOfMedium, drive.WriteFilemarks(1).Outcome);
    }

    [Fact]
    [Trait("Req", "DEV-08")]
    public void A_full_file_system_is_the_end_of_the_medium_and_leaves_the_block_out()
    {
        string mount = Path.Combine(_folder, "full");
        Directory.CreateDirectory(mount);
        if (Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount) != 0) return; // needs root; the capacity option is tested without
        try
        {
            using var drive = new DiskDrive(new DiskDriveOptions(mount, _ => -1));
            drive.Load("V", DriveAccess.Create);
            Write(drive, 65536, 1);
            drive.SetBlockSize(BlockSize);
            WriteAnswer answer;
            int written = 0;
            while ((answer = Write(drive, BlockSize, written)).Outcome == WriteOutcome.Written) written++;
            Assert.Equal(WriteOutcome.EndOfMedium, answer.Outcome);
            Assert.Contains("ENOSPC", answer.Reason, StringComparison.Ordinal);
            Assert.Equal(7, written);
            Assert.Equal(65536 + 7 * BlockSize, new FileInfo(Path.Combine(mount, "V")).Length);
            Assert.Equal(8, drive.Position.Block);
            Assert.Equal(WriteOutcome.Written, Write(drive, 4096, 9).Outcome);
        }
        finally
        {
            Assert.Equal(0, Run("umount", mount));
        }
    }

    public void Dispose()
    {
        _buffer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    [Theory]
    [Trait("Req", "TST-05")]
    [InlineData(DriveAccess.Create, false)]
    [InlineData(DriveAccess.Create, true)]
    [InlineData(DriveAccess.Append, true)]
    public void The_name_of_a_volume_is_waited_for_with_the_first_marks_whoever_made_it(DriveAccess access, bool isThere)
    {
        if (isThere) File.Create(Path.Combine(_folder, "V")).Dispose(); // by a process that died before it waited for the folder
        var waited = new List<string>();
        int answer = 5; // EIO
        using var drive = new DiskDrive(new DiskDriveOptions(_folder, _ => -1)
        {
            SyncFolder = folder =>
            {
                waited.Add(folder);
                return answer;
            },
        });
        Assert.True(drive.Load("V", access).Moved);
        Write(drive, 100, 1);
        drive.SetBlockSize(BlockSize);
        Assert.Equal(WriteOutcome.Failed, drive.WriteFilemarks(1).Outcome);
        answer = 0;
        drive.Unload();
        Assert.True(drive.Load("V", DriveAccess.Append).Moved);
        waited.Clear();
        drive.SetBlockSize(BlockSize);
        drive.SpaceToEndOfData();
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);
        Assert.Equal(WriteOutcome.Written, drive.WriteFilemarks(1).Outcome);
        Assert.Equal([_folder], waited);
        drive.Unload();
        Assert.True(drive.Load("V", DriveAccess.Read).Moved);
        drive.Unload();
        Assert.Equal([_folder], waited);
    }

    [Fact]
    [Trait("Req", "TST-05")]
    public void A_folder_is_made_with_all_that_are_not_there_above_it()
    {
        string made = Path.Combine(_folder, "a", "b");
        FolderSync.Make(made);
        FolderSync.Make(made);
        Assert.True(Directory.Exists(made));
        Assert.Throws<IOException>(() => FolderSync.Sync(Path.Combine(made, "missing")));
    }

    private DiskDrive Loaded()
    {
        var drive = new DiskDrive(new DiskDriveOptions(_folder, place => place.IndexOf((byte)0) is var end and > 0 ? end : -1));
        Assert.True(drive.Load("V", DriveAccess.Create).Moved);
        return drive;
    }

    private WriteAnswer Write(DiskDrive drive, int length, byte value)
    {
        _buffer.Span[..length].Fill(value);
        return drive.Write(_buffer.Span[..length]);
    }

    private WriteAnswer Write(DiskDrive drive, int length, int value) => Write(drive, length, (byte)value);
}
