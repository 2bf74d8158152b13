using Backup.Messages.Drives;
using Backup.Messages.Ids;

namespace Backup.Devices.Drives.VirtualTape;

/// <summary>
/// Where a virtual drive finds its cartridges: a folder with a file for each. <paramref name="Entropy"/> gives each new cartridge the id
/// that its frames carry; without it the drive makes none.
/// </summary>
public sealed record VirtualTapeOptions(string Folder, IEntropy? Entropy)
{
    public const long CapacityMin = 64 * 1024;
    public const long CapacityDefault = 1L << 30;
    public const long ReserveDefault = 40L << 20;

    /// <summary>Its number in a library.</summary>
    public int Number { get; init; }

    /// <summary>Bytes of a new cartridge's file from which on the end is signalled (early warning).</summary>
    public long Capacity { get; init; } = CapacityDefault;

    /// <summary>Bytes behind the early warning of a new cartridge, for the trailers of a full volume, up to its physical end.</summary>
    public long Reserve { get; init; } = ReserveDefault;

    /// <summary>The blocks it takes; shorter and longer ones are refused as the driver refuses them.</summary>
    public BlockSizeRange BlockSizes { get; init; } = BlockSizeRange.Any;

    /// <summary>
    /// The bar code of the cartridge that stands in the drive, null where it is empty. Left out for a drive without a changer, into which
    /// an operator puts whatever is asked for.
    /// </summary>
    public Func<string?>? Seat { get; init; }

    /// <summary>What is to go wrong, and how slow it is; never set in a product's configuration.</summary>
    public TapeFaults Faults { get; init; } = new();
}
