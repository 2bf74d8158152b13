using Backup.Devices.Drives.Disk;
using Backup.Messages.Drives;

namespace Backup.Tests.Contract.Drives;

public sealed class DiskDriveTests : DriveContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("drive-contract-").FullName;

    protected override IDrive NewDrive(long? capacity = null) =>
        new DiskDrive(new DiskDriveOptions(_folder, LengthOf) { Capacity = capacity });

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
