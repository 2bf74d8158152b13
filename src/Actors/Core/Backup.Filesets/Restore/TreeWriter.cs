using System.Buffers.Text;
using System.Text;
using Backup.Filesets.Linux;
using Backup.Filesets.Timing;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>
/// Makes entries below a target. Every step goes by names relative to open directories and follows no symbolic link, so nothing a tree
/// says can be written outside the target. Everything but a directory is made whole under a temporary name and then renamed, so what
/// stood there before survives a restore that fails. One thread; at most one <see cref="ContentFile"/> open at a time.
/// </summary>
public sealed class TreeWriter : IDisposable
{
    private const int TemporaryNamesTried = 1000;
    private readonly RestoreTarget _target;
    private readonly ProblemList _problems;
    private readonly AttributeWriter _attributes;
    private readonly DirectoryCursor _directories;
    private readonly DirectoryCursor _linkSources;
    private readonly ContentDigest _digest = new();
    private readonly NewFiles _newFiles = new();
    private readonly byte[] _prefix;
    private long _temporaryNames;

    /// <summary>Opens the target, making what is missing of it. Throws IOException with one line where that cannot be.</summary>
    public TreeWriter(RestoreTarget target, ProblemList problems, StageClock<RestoreStage>? stages = null)
    {
        Stages = stages;
        _target = target;
        _problems = problems;
        _prefix = Encoding.UTF8.GetBytes(target.Prefix);
        _attributes = new AttributeWriter(problems);
        _directories = new DirectoryCursor(TargetFolder.Open(target.Folder, make: !target.DryRun));
        _linkSources = new DirectoryCursor(TargetFolder.Open(target.Folder, make: false));
    }

    /// <summary>Bytes of content written so far; in a dry run, the sizes of what would be.</summary>
    public long BytesWritten { get; internal set; }

    /// <summary>Files whose digest was computed anew and is equal.</summary>
    public long Verified { get; internal set; }

    /// <summary>Entries left as they were by the replace rule.</summary>
    public long Skipped { get; private set; }

    /// <summary>Where the time of a restore goes; null where nobody asks.</summary>
    internal StageClock<RestoreStage>? Stages { get; }
    internal ProblemList Problems => _problems;
    internal ContentDigest Digest => _digest;
    internal AttributeWriter Attributes => _attributes;

    /// <summary>The path as it is told to the operator: where it is written, not where it was.</summary>
    public byte[] ShownPath(ReadOnlySpan<byte> path) =>
        _target.Folder.Length == 0 ? path.ToArray() : [.. _target.Folder.AsSpan().TrimEnd(BytePath.Slash), .. path];

    /// <summary>Makes a directory for its owner alone; what it is to be comes with <see cref="FinishDirectory"/>.</summary>
    public DirectoryState MakeDirectory(ReadOnlySpan<byte> path)
    {
        int parent = OpenParent(path, out ReadOnlySpan<byte> name);
        if (parent == -ErrorNumber.NoEntry && _target.DryRun) return DirectoryState.Made;
        if (parent < 0) return RefuseDirectory(path, "the directory above could not be opened", -parent);
        int error = _target.DryRun ? ErrorNumber.Exists : WriteCalls.MakeDirectory(parent, name, 0x1c0);
        if (error == 0) return DirectoryState.Made;
        if (error != ErrorNumber.Exists) return RefuseDirectory(path, "the directory could not be made", error);
        error = WriteCalls.Status(parent, name, out InodeStatus status);
        if (error == ErrorNumber.NoEntry && _target.DryRun) return DirectoryState.Made;
        if (error != 0) return RefuseDirectory(path, "what stands there could not be examined", error);
        if (status.IsDirectory) return DirectoryState.Merged;
        string what = status.IsSymlink ? "a symbolic link" : "something that is no directory";
        _problems.Add(ShownPath(path), $"{what} stands where a directory is to be; nothing below was restored");
        return DirectoryState.Refused;
    }

    /// <summary>
    /// May an entry that is no directory be written there? Asked before its content is fetched; counts what a rule skips.
    /// </summary>
    public bool Accepts(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        int parent = OpenParent(path, out ReadOnlySpan<byte> name);
        if (parent == -ErrorNumber.NoEntry && _target.DryRun) return true;
        if (parent < 0) return Refuse(path, "the directory could not be opened", -parent);
        int error = WriteCalls.Status(parent, name, out InodeStatus status);
        if (error == ErrorNumber.NoEntry) return true;
        if (error != 0) return Refuse(path, "what stands there could not be examined", error);
        if (status.IsDirectory)
        {
            _problems.Add(ShownPath(path), "a directory stands where this entry is to be; it was left");
            return false;
        }
        if (ReplaceDecision.Replaces(_target.Replace, new Instant(status.ModifiedSeconds, status.ModifiedNanoseconds), entry.Modified))
            return true;
        Skipped++;
        return false;
    }

    /// <summary>Makes an entry that has no content: a symbolic link, FIFO, socket, device or empty file.</summary>
    public bool MakeEntry(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        if (_target.DryRun) return true;
        if (entry.Kind == EntryKind.File)
        {
            using ContentFile? file = OpenContent(path, entry);
            return file is not null && file.Complete();
        }
        int directory = OpenParent(path, out ReadOnlySpan<byte> name);
        if (directory < 0) return Refuse(path, "the directory could not be opened", -directory);
        int error = 0;
        byte[] temporary = MakeTemporary(candidate => error = MakeNamed(directory, candidate, entry));
        bool isDevice = entry.Kind is EntryKind.CharacterDevice or EntryKind.BlockDevice;
        if (error != 0) return Refuse(path, $"the {KindWords(entry.Kind)} could not be made", error, isDevice);
        _attributes.Apply(directory, temporary, ShownPath(path), entry);
        return PutInPlace(path, temporary);
    }

    /// <summary>Begins a regular file; null where it cannot be made (a problem was told) or in a dry run.</summary>
    public ContentFile? OpenContent(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        if (_target.DryRun) return null;
        Stages?.Switch(RestoreStage.Write);
        int directory = OpenParent(path, out _);
        if (directory < 0)
        {
            Refuse(path, "the directory could not be opened", -directory);
            return null;
        }
        uint mode = _newFiles.ModeIn(directory, _directories.Moves, entry);
        int opened = 0;
        byte[] temporary = MakeTemporary(candidate => (opened = WriteCalls.OpenNew(directory, candidate, mode)) < 0 ? -opened : 0);
        if (opened >= 0) return new ContentFile(this, path.ToArray(), entry, temporary, opened) { Has = _newFiles.Made(opened, mode) };
        Refuse(path, "the file could not be made", -opened);
        return null;
    }

    /// <summary>Gives an entry that was restored one more name.</summary>
    public bool Link(ReadOnlySpan<byte> first, ReadOnlySpan<byte> path)
    {
        if (_target.DryRun) return true;
        int from = _linkSources.OpenParent(first, out ReadOnlySpan<byte> fromName);
        int directory = OpenParent(path, out _);
        if (from < 0 || directory < 0) return Refuse(path, "the directory of a hard link could not be opened", -Math.Min(from, directory));
        int error = 0;
        byte[] source = fromName.ToArray();
        byte[] temporary = MakeTemporary(candidate => error = WriteCalls.Link(from, source, directory, candidate));
        return error == 0
            ? PutInPlace(path, temporary, isFurtherName: true)
            : Refuse(path, "the hard link could not be made", error);
    }

    /// <summary>Gives a directory its attributes. Nothing may be written below afterwards.</summary>
    public void FinishDirectory(ReadOnlySpan<byte> path, TreeEntry entry)
    {
        if (_target.DryRun) return;
        int directory = _directories.Open(path);
        if (directory < 0) Refuse(path, "the directory could not be opened to be finished", -directory);
        else _attributes.Apply(directory, ShownPath(path), entry);
    }

    public void Dispose()
    {
        _directories.Dispose();
        _linkSources.Dispose();
        _digest.Dispose();
    }

    /// <summary>Renames what is whole to where it belongs.</summary>
    internal bool PutInPlace(ReadOnlySpan<byte> path, byte[] temporary, bool isFurtherName = false)
    {
        int directory = OpenParent(path, out ReadOnlySpan<byte> name);
        int error = directory < 0 ? -directory : WriteCalls.Rename(directory, temporary, name);
        // Where both names are already the same file, rename(2) does nothing and reports success: only a further name can be that.
        if (directory >= 0 && (error != 0 || isFurtherName)) _ = WriteCalls.Unlink(directory, temporary);
        return error == 0 || Refuse(path, "it could not be put in its place", error);
    }

    internal void Remove(ReadOnlySpan<byte> path, byte[] temporary)
    {
        int directory = OpenParent(path, out _);
        if (directory >= 0) _ = WriteCalls.Unlink(directory, temporary);
    }

    internal bool Refuse(ReadOnlySpan<byte> path, string tried, int error, bool rootOnly = false)
    {
        _problems.AddError(ShownPath(path), tried, error, rootOnly);
        return false;
    }

    private DirectoryState RefuseDirectory(ReadOnlySpan<byte> path, string tried, int error)
    {
        Refuse(path, tried + "; nothing below was restored", error);
        return DirectoryState.Refused;
    }

    private int OpenParent(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        int directory = _directories.OpenParent(path, out name);
        return DirectoryCursor.IsSafe(name) ? directory : -ErrorNumber.Invalid;
    }

    private byte[] MakeTemporary(Func<byte[], int> make)
    {
        Span<byte> number = stackalloc byte[20];
        for (int tried = 1; ; tried++)
        {
            Utf8Formatter.TryFormat(++_temporaryNames, number, out int digits);
            byte[] name = [.. _prefix, .. number[..digits]];
            if (make(name) != ErrorNumber.Exists || tried == TemporaryNamesTried) return name;
        }
    }

    private static int MakeNamed(int directory, byte[] name, TreeEntry entry) => entry.Kind switch
    {
        EntryKind.Symlink => WriteCalls.MakeSymlink(directory, name, entry.LinkTarget),
        EntryKind.Fifo => WriteCalls.MakeSpecial(directory, name, KindBits.Fifo | 0x180, 0),
        EntryKind.Socket => WriteCalls.MakeSpecial(directory, name, KindBits.Socket | 0x180, 0),
        EntryKind.CharacterDevice => WriteCalls.MakeSpecial(directory, name, KindBits.CharacterDevice | 0x180, entry.DeviceNumber),
        EntryKind.BlockDevice => WriteCalls.MakeSpecial(directory, name, KindBits.BlockDevice | 0x180, entry.DeviceNumber),
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Kind, "not an entry without content"),
    };

    private static string KindWords(EntryKind kind) => kind switch
    {
        EntryKind.Symlink => "symbolic link",
        EntryKind.Fifo => "FIFO",
        EntryKind.Socket => "socket",
        _ => "device node",
    };
}
