using Backup.Filesets.Restore;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Transforms;
using Backup.Volumes.Reader;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.VolumeTool.Volumes;

/// <summary>
/// Checks the content of every file on volumes against the digest in its trailer. A digest over extents needs the length of each before its
/// bytes, so the extents of sparse files are kept while the volume is read, and those files are read once more at its end.
/// </summary>
internal sealed class VolumeCheck(Action<string> report) : IRecordSink, IDisposable
{
    /// <summary>Sessions whose files may be open at once: as many as write to one volume at a time.</summary>
    private const int SessionsMax = 1024;

    private readonly Dictionary<SessionId, FileCheck> _open = [];
    private readonly RecordDecompressor _decompressor = new();
    private readonly List<SparseFile> _sparse = [];
    private readonly HashSet<SessionId> _ended = [];
    private byte[] _raw = [];

    /// <summary>A sparse file that is read once more, with where its extents lie.</summary>
    private sealed record SparseFile(ContentReference File, string Path, Digest Digest, long Size,
        IReadOnlyList<(long Offset, long Length)> Extents);

    public long Files { get; private set; }
    public long Verified { get; private set; }
    public long Faults { get; private set; }

    public ReadSummary Read(OpenVolume volume)
    {
        ReadSummary summary = volume.Reader.ReadAll(this);
        foreach (SparseFile file in _sparse) CheckSparse(volume, file);
        _sparse.Clear();
        return summary;
    }

    /// <summary>
    /// Names files whose end is on none of the volumes. In a session that was cut off itself that is no fault, and is only said.
    /// </summary>
    public void Finish()
    {
        foreach ((SessionId session, FileCheck file) in _open.Where(open => open.Value.IsOpen))
        {
            if (_ended.Contains(session)) Tell($"{file.Path}: it has no end on these volumes");
            else report($"session {session} has no end on these volumes: it was cut off, or goes on elsewhere, in {file.Path}");
        }
    }

    public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case RecordType.Attributes:
                if (AttributesRecord.TryReadPath(payload, out ReadOnlySpan<byte> path, out EntryKind kind) && kind != EntryKind.Directory
                    && !header.Flags.HasFlag(RecordFlags.FurtherName))
                    Of(place.Session).Begin(header.FileIndex, ByteText.Show(path));
                break;
            case RecordType.Data:
                TakeData(Of(place.Session), header, payload);
                break;
            case RecordType.SessionEnd:
                _ended.Add(place.Session);
                break;
            case RecordType.Trailer:
                TakeTrailer(Of(place.Session), place.Session, header, payload);
                break;
        }
        return true;
    }

    public void Report(VolumeFault fault) => Tell(fault.Text);

    public void Dispose()
    {
        foreach (FileCheck file in _open.Values) file.Dispose();
        _decompressor.Dispose();
    }

    private void TakeData(FileCheck file, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (!DataRecord.TryRead(payload, out DataHeader data, out ReadOnlySpan<byte> stored)) file.Fail("a data record cannot be read");
        else if (!TryReverse(data, stored, out ReadOnlySpan<byte> raw)) file.Fail($"the data at byte {data.Offset} cannot be unpacked");
        else file.Add(header.FileIndex, data.Offset, raw);
    }

    private void TakeTrailer(FileCheck file, SessionId session, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        Files++;
        if (!TrailerRecord.TryRead(payload, out TrailerRecord trailer)) file.Fail("its trailer cannot be read");
        if (!file.IsOpen || trailer.Status is TrailerStatus.Abandoned or TrailerStatus.Superseded)
        {
            file.Close();
            return;
        }
        if (file.Fault is null && trailer.Digest.Algorithm == DigestAlgorithm.Sha256OverExtents)
            _sparse.Add(new SparseFile(new(session, header.FileIndex), file.Path, trailer.Digest, trailer.Size, file.Extents()));
        else if (file.Verdict(trailer) is { } fault) Tell($"{file.Path}: {fault}");
        else if (trailer.Digest != Digest.None) Verified++;
        file.Close();
    }

    private void CheckSparse(OpenVolume volume, SparseFile file)
    {
        using var again = new SparseCheck(file.File, file.Extents, this);
        volume.Reader.ReadSession(file.File.Session, [new FileIndexRange(file.File.FileIndex, file.File.FileIndex)], again);
        if (again.Finish(file.Size) == file.Digest) Verified++;
        else Tell($"{file.Path}: its content is not what was saved (the digest differs)");
    }

    private bool TryReverse(in DataHeader header, ReadOnlySpan<byte> stored, out ReadOnlySpan<byte> raw)
    {
        raw = stored;
        if (header.Transform == DataTransform.None) return true;
        if (header.Transform != DataTransform.Zstd) return false;
        if (_raw.Length < header.RawLength) _raw = new byte[RecordCodec.DataBytesMax];
        Span<byte> room = _raw.AsSpan(0, header.RawLength);
        try
        {
            _decompressor.Decompress(stored, room);
        }
        catch (TransformException)
        {
            return false;
        }
        raw = room;
        return true;
    }

    private FileCheck Of(SessionId session)
    {
        if (_open.TryGetValue(session, out FileCheck? file)) return file;
        if (_open.Count == SessionsMax) throw new ToolException($"more than {SessionsMax} sessions: verify fewer volumes at a time");
        _open.Add(session, file = new FileCheck());
        return file;
    }

    private void Tell(string fault)
    {
        Faults++;
        report(fault);
    }

    /// <summary>The second reading of a sparse file.</summary>
    private sealed class SparseCheck(ContentReference file, IReadOnlyList<(long Offset, long Length)> extents, VolumeCheck check)
        : IRecordSink, IDisposable
    {
        private readonly ContentDigest _digest = StartedDigest();
        private int _next;

        public bool Take(in RecordPlace place, in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Type != RecordType.Data || header.FileIndex != file.FileIndex) return true;
            if (!DataRecord.TryRead(payload, out DataHeader data, out ReadOnlySpan<byte> stored)
                || !check.TryReverse(data, stored, out ReadOnlySpan<byte> raw)) return true;
            if (_next < extents.Count && extents[_next].Offset == data.Offset)
            {
                _digest.Extent(extents[_next].Offset, extents[_next].Length);
                _next++;
            }
            _digest.Append(raw);
            return true;
        }

        public void Report(VolumeFault fault)
        {
        }

        public Digest Finish(long size) => _digest.Finish(size);

        public void Dispose() => _digest.Dispose();

        private static ContentDigest StartedDigest()
        {
            var digest = new ContentDigest();
            digest.Start(overExtents: true);
            return digest;
        }
    }
}
