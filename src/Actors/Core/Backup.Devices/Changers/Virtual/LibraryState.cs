using System.Text.Json.Serialization;
using Backup.Devices.Drives.VirtualTape;

namespace Backup.Devices.Changers.Virtual;

/// <summary>A cartridge and the slot from which it was taken.</summary>
internal sealed record SeatedCartridge(string BarCode, int HomeSlot);

/// <summary>
/// Where every cartridge is: one file, replaced as a whole, so that each is always in one place. Slots by number from 1, drives from 0.
/// </summary>
internal sealed record LibraryState(IReadOnlyDictionary<int, string> Slots, IReadOnlyDictionary<int, SeatedCartridge> Drives)
{
    public static LibraryState Fresh(LibraryDescription library) => new(
        Enumerable.Range(1, library.Slots).ToDictionary(slot => slot, slot => $"{library.BarCodePrefix}{slot:D5}"),
        new Dictionary<int, SeatedCartridge>());

    /// <summary>The words are those of mtx, which operators know.</summary>
    public LibraryState? Load(int slot, int drive, out string? reason)
    {
        reason = Drives.TryGetValue(drive, out SeatedCartridge? there) ? $"Drive {drive} Full (Storage Element {there.HomeSlot} loaded)"
            : !Slots.ContainsKey(slot) ? $"source Element: Storage Element {slot} is Empty"
            : null;
        if (reason is not null) return null;
        return new(Without(Slots, slot), With(Drives, drive, new SeatedCartridge(Slots[slot], slot)));
    }

    public LibraryState? Unload(int drive, int slot, out string? reason)
    {
        reason = !Drives.ContainsKey(drive) ? $"source Element: Data Transfer Element {drive} is Empty"
            : Slots.ContainsKey(slot) ? $"destination Element: Storage Element {slot} is Already Full"
            : null;
        if (reason is not null) return null;
        return new(With(Slots, slot, Drives[drive].BarCode), Without(Drives, drive));
    }

    public LibraryState? Transfer(int from, int to, out string? reason)
    {
        reason = !Slots.ContainsKey(from) ? $"source Element: Storage Element {from} is Empty"
            : Slots.ContainsKey(to) ? $"destination Element: Storage Element {to} is Already Full"
            : null;
        if (reason is not null) return null;
        return this with { Slots = With(Without(Slots, from), to, Slots[from]) };
    }

    /// <summary>What cannot be, in words, or null.</summary>
    public string? Fault(LibraryDescription library)
    {
        if (Slots is null || Drives is null || Drives.Values.Any(seated => seated is null)) return "it is not whole";
        string[] codes = [.. Slots.Values, .. Drives.Values.Select(seated => seated.BarCode)];
        return Slots.Keys.Any(slot => slot < 1 || slot > library.SlotsWithMail) ? "it names a slot that the library has not"
            : Drives.Keys.Any(drive => drive < 0 || drive >= library.Drives) ? "it names a drive that the library has not"
            : codes.FirstOrDefault(code => !VirtualTape.IsBarCode(code)) is { } odd ? $"'{odd}' is no bar code"
            : codes.GroupBy(code => code).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"cartridge {twice.Key} is in two places"
            : null;
    }

    private static Dictionary<int, T> With<T>(IReadOnlyDictionary<int, T> all, int key, T value) => new(all) { [key] = value };

    private static Dictionary<int, T> Without<T>(IReadOnlyDictionary<int, T> all, int key)
    {
        var rest = new Dictionary<int, T>(all);
        rest.Remove(key);
        return rest;
    }
}

/// <summary>Reads and writes the two files of a library.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LibraryDescription))]
[JsonSerializable(typeof(LibraryState))]
internal sealed partial class LibraryJson : JsonSerializerContext;
