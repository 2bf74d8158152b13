using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Backup.Devices.Linux;

namespace Backup.Devices.Changers.Virtual;

/// <summary>
/// The folder of a virtual library: <c>library.json</c> (how it is built), <c>state.json</c> (what is where), <c>changer.lock</c>, and the
/// cartridges. Each file is written whole beside its name, synced and renamed: a kill at any point leaves the old one or the new one.
/// </summary>
internal sealed class LibraryFolder
{
    private const string DescriptionFile = "library.json", StateFile = "state.json", LockFile = "changer.lock";
    private const int FileBytesMax = 4 * 1024 * 1024;
    private const uint ModeOfNew = 0x1a0; // 0640

    private LibraryFolder(string folder, LibraryDescription description)
    {
        Folder = folder;
        Description = description;
    }

    public string Folder { get; }
    public LibraryDescription Description { get; }
    public string Cartridges => Path.Combine(Folder, "cartridges");

    /// <summary>Makes a library where there is none yet; where there is one with the same description, that is it.</summary>
    public static LibraryFolder? Make(string folder, LibraryDescription description, out string? reason)
    {
        if (description.Fault() is { } fault)
        {
            reason = $"library {folder}: {fault}";
            return null;
        }
        if (File.Exists(Path.Combine(folder, DescriptionFile)))
        {
            LibraryFolder? there = Open(folder, out reason);
            if (there is null || there.Description == description) return there;
            reason = $"library {folder} is built otherwise than asked for: see its {DescriptionFile}";
            return null;
        }
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "cartridges"));
            Replace(folder, DescriptionFile, description, LibraryJson.Default.LibraryDescription);
            reason = null;
            return new LibraryFolder(folder, description);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = $"library {folder} cannot be made: {e.Message}";
            return null;
        }
    }

    public static LibraryFolder? Open(string folder, out string? reason)
    {
        LibraryDescription? description = Read(folder, DescriptionFile, LibraryJson.Default.LibraryDescription, out reason);
        if (description is null) return null;
        reason = description.Fault() is { } fault ? $"library {folder}, {DescriptionFile}: {fault}" : null;
        return reason is null ? new LibraryFolder(folder, description) : null;
    }

    /// <summary>What is where; a library that was never used has its cartridges in its slots.</summary>
    public LibraryState? ReadState(out string? reason)
    {
        reason = null;
        if (!File.Exists(Path.Combine(Folder, StateFile))) return LibraryState.Fresh(Description);
        LibraryState? state = Read(Folder, StateFile, LibraryJson.Default.LibraryState, out reason);
        if (state is null) return null;
        reason = state.Fault(Description) is { } fault ? $"library {Folder}, {StateFile}: {fault}" : null;
        return reason is null ? state : null;
    }

    /// <summary>
    /// Durable when it returns; throws <see cref="IOException"/> where it cannot be, and then the old or the new state is there.
    /// </summary>
    public void WriteState(LibraryState state) => Replace(Folder, StateFile, state, LibraryJson.Default.LibraryState);

    /// <summary>Changes whenever the state is written.</summary>
    public (ulong Inode, long Seconds, uint Nanoseconds) StateStamp() => FileStamp.Of(Path.Combine(Folder, StateFile));

    /// <summary>An open lock file, or -1 and the reason.</summary>
    public int OpenLock(out string? reason)
    {
        int file = FileCalls.Open(Path.Combine(Folder, LockFile),
            FileCalls.ReadWrite | FileCalls.Create | FileCalls.CloseOnExec | FileCalls.NoFollow, ModeOfNew);
        reason = file >= 0 ? null : $"library {Folder}: cannot open {LockFile}: {Errno.Words(Marshal.GetLastPInvokeError())}";
        return file;
    }

    private static void Replace<T>(string folder, string name, T value, JsonTypeInfo<T> type)
    {
        string draft = Path.Combine(folder, name + ".new");
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, value, type);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, Path.Combine(folder, name), overwrite: true);
        FolderSync.Sync(folder);
    }

    private static T? Read<T>(string folder, string name, JsonTypeInfo<T> type, out string? reason) where T : class
    {
        string path = Path.Combine(folder, name);
        try
        {
            if (new FileInfo(path).Length > FileBytesMax) throw new JsonException($"longer than {FileBytesMax} bytes");
            reason = $"library {folder}: {name} is empty";
            T? value = JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
            if (value is not null) reason = null;
            return value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            reason = $"library {folder}: {name} cannot be read: {e.Message}";
            return null;
        }
    }
}
