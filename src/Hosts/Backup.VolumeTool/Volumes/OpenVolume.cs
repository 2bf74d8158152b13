using Backup.Devices.Drives.Disk;
using Backup.Volumes.Blocks;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Volumes;

/// <summary>A disk volume, open to be read.</summary>
internal sealed class OpenVolume : IDisposable
{
    private readonly DiskDrive _drive;

    /// <summary>Throws one line where there is no such file or it is no volume.</summary>
    public OpenVolume(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw new ToolException($"there is no volume {path}: name the file of a disk volume");
        Where = path;
        _drive = new DiskDrive(new DiskDriveOptions(Path.GetDirectoryName(full) ?? "/", BlockCodec.LengthOf));
        Reader = VolumeReader.Open(_drive, Path.GetFileName(full));
    }

    public string Where { get; }
    public VolumeReader Reader { get; }

    public void Dispose()
    {
        Reader.Dispose();
        _drive.Dispose();
    }
}
