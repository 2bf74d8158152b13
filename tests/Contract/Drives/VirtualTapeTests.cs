using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.TestKit.Media;

namespace Backup.Tests.Contract.Drives;

/// <summary>The virtual tape under the suites that a tape drive passes.</summary>
public sealed class VirtualTapeTests : TapeContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tape-contract-").FullName;

    protected override IDrive NewDrive(long? capacity = null) => new VirtualTape(
        new VirtualTapeOptions(_folder, new CountedIds()) { Capacity = capacity ?? VirtualTapeOptions.CapacityDefault });

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
