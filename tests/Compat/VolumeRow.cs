using Backup.Devices.Drives.Disk;
using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Media;
using Backup.Volumes.Blocks;
using Backup.Volumes.Labels;
using Backup.Volumes.Writer;

namespace Backup.Tests.Compat;

/// <summary>
/// Disk volumes of little room, or cartridges, in a folder, written one after the other by the product's writer. One thread.
/// </summary>
internal sealed class VolumeRow : IDisposable
{
    public const int BlockSize = BlockCodec.SizeMin;

    public static readonly InstallationId Installation = new(new Guid("10000000-0000-4000-8000-000000000001"));

    private readonly IDrive _drive;
    private readonly string _folder, _ending;
    private readonly List<string> _names = [];
    private VolumeWriter _writer;

    public VolumeRow(string folder, long? capacity, bool onTape)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _ending = onTape ? VirtualTape.CartridgeEnding : "";
        _drive = onTape ? new VirtualTape(new VirtualTapeOptions(folder, new CountedIds()))
            : new DiskDrive(new DiskDriveOptions(folder, BlockCodec.LengthOf) { Capacity = capacity });
        _writer = Label();
    }

    /// <summary>The volumes' files from the first to the last.</summary>
    public IReadOnlyList<string> Paths => [.. _names.Select(name => Path.Combine(_folder, name + _ending))];

    public static Instant Now => Instant.Now(TimeProvider.System);

    public void Start(SessionLabel label) => GoOnWhereFull(_writer.StartSession(label));

    public void Append(SessionId session, ReadOnlySpan<byte> records) => GoOnWhereFull(_writer.Append(session, 1, records));

    public void Commit() => GoOnWhereFull(_writer.Commit(Now).Outcome);

    /// <summary>Ends the session, on as many further volumes as that takes.</summary>
    public SessionEnd End(SessionId session, SessionSeal seal)
    {
        while (true)
        {
            SessionEnd end = _writer.EndSession(session, seal, Now);
            CommitResult commit = _writer.Commit(Now);
            GoOnWhereFull(commit.Outcome);
            if (commit.Points.Count > 0) return end;
        }
    }

    /// <summary>Whatever was written is whole on the volumes from here on.</summary>
    public void Close()
    {
        if (_writer.Close(Now, full: false).Outcome == StoreOutcome.EndOfMedium) _writer.Finish(Now);
    }

    private void GoOnWhereFull(StoreOutcome outcome)
    {
        while (outcome != StoreOutcome.Stored)
        {
            if (outcome == StoreOutcome.CommitDue)
            {
                outcome = _writer.Commit(Now).Outcome;
                continue;
            }
            Remainder rest = _writer.Finish(Now).Remainder;
            _writer.Dispose();
            _writer = Label();
            outcome = _writer.Take(rest);
        }
    }

    private VolumeWriter Label()
    {
        string name = $"V{_names.Count + 1:d4}";
        _names.Add(name);
        var life = new VolumeLifeId(new Guid(_names.Count, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        VolumeWriter.Label(_drive, new VolumeLabel(name, life, Installation, "Default", "s1", "host", "Linux", "0.1.0",
            VolumeText.FormatVersion, BlockSize, Now));
        _drive.Unload();
        return VolumeWriter.OpenForAppend(_drive, name, life, TimeProvider.System);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _drive.Dispose();
    }
}
