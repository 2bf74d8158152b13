using System.Text.Json.Serialization;
using Backup.Devices.Drives.VirtualTape;

namespace Backup.Devices.Changers.Virtual;

/// <summary>How a virtual library is built: the file <c>library.json</c> of its folder.</summary>
public sealed record LibraryDescription
{
    public const int DrivesMax = 64, SlotsMax = 10_000;
    private const int PrefixMax = 32;

    public int Drives { get; init; } = 1;
    public int Slots { get; init; } = 8;

    /// <summary>They follow the last slot and are empty at first.</summary>
    public int MailSlots { get; init; }

    /// <summary>Bytes of a cartridge's file from which on its end is signalled.</summary>
    public long CartridgeBytes { get; init; } = VirtualTapeOptions.CapacityDefault;

    /// <summary>Bytes behind that for the trailers of a full volume.</summary>
    public long ReserveBytes { get; init; } = VirtualTapeOptions.ReserveDefault;

    /// <summary>Bar codes are this and a number of five digits, one cartridge a slot.</summary>
    public string BarCodePrefix { get; init; } = "V";

    /// <summary>A drive that has not let go of its cartridge keeps it; where this is false it is taken from an open drive.</summary>
    public bool RefusesUntilEjected { get; init; } = true;

    [JsonIgnore]
    public int SlotsWithMail => Slots + MailSlots;

    /// <summary>What is wrong with it, in words, or null.</summary>
    public string? Fault() =>
        Drives is < 1 or > DrivesMax ? $"a library has 1 to {DrivesMax} drives, not {Drives}"
        : Slots is < 1 or > SlotsMax ? $"a library has 1 to {SlotsMax} slots, not {Slots}"
        : MailSlots is < 0 or > SlotsMax ? $"a library has 0 to {SlotsMax} mail slots, not {MailSlots}"
        : CartridgeBytes < VirtualTapeOptions.CapacityMin
            ? $"a cartridge has at least {VirtualTapeOptions.CapacityMin} bytes, not {CartridgeBytes}"
        : ReserveBytes < 0 ? $"the reserve of a cartridge cannot be {ReserveBytes} bytes"
        : BarCodePrefix.Length > PrefixMax || !VirtualTape.IsBarCode(BarCodePrefix + "0")
            ? $"'{BarCodePrefix}' cannot begin a bar code: up to {PrefixMax} letters, digits, '-', '_' and '.', not '.' first"
        : null;
}
