using Backup.Messages.Drives;
using Backup.TestKit.Media;

namespace Backup.Tests.Contract.Drives;

/// <summary>The drive in memory gives the answers of the real ones, so that what is proved over it holds for them.</summary>
public sealed class MemoryDriveTests : DriveContract
{
    private readonly MemoryDrive _drive = new();

    public override void Dispose()
    {
        base.Dispose();
        _drive.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override IDrive NewDrive(long? capacity = null)
    {
        _drive.Unload();
        _drive.EndOfMediumAt = capacity ?? long.MaxValue;
        return _drive;
    }
}
