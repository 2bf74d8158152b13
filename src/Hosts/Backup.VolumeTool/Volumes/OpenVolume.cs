using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.Volumes.Blocks;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Volumes;

/// <summary>A disk volume, or a cartridge of a virtual tape library, open to be read.</summary>
internal sealed class OpenVolume : IDisposable
{
    private readonly IDrive _drive;

    /// <summary>Throws one line where there is no such file or it is no volume.</summary>
    public OpenVolume(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw new ToolException($"there is no volume {path}: name the file of a disk volume or of a cartridge");
        Where = path;
        string folder = Path.GetDirectoryName(full) ?? "/", name = Path.GetFileName(full);
        if (name.EndsWith(VirtualTape.CartridgeEnding, StringComparison.Ordinal))
        {
            _drive = new VirtualTape(new VirtualTapeOptions(folder, Entropy: null));
            name = name[..^VirtualTape.CartridgeEnding.Length];
        }
        else _drive = new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf));
        Reader = VolumeReader.Open(_drive, name);
    }

    public string Where { get; }
    public VolumeReader Reader { get; }

    public void Dispose()
    {
        Reader.Dispose();
        _drive.Dispose();
    }
}
