using Backup.Filesets.Walk;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Linux;

/// <summary>A regular file by its handle. The tree gives out one object again and again: at most one file is open.</summary>
internal sealed unsafe class LinuxFile(ExtendedAttributeReader attributes) : IOpenFile
{
    private int _handle = -1;

    public bool IsOpen => _handle >= 0;

    public void Take(int handle) => _handle = handle;

    public SystemFault Status(out FileStatus status) => StatusBuffer.ReadHandle(_handle, out status);

    public SystemFault Read(long offset, Span<byte> buffer, out int count)
    {
        nint got;
        fixed (byte* into = buffer)
        {
            do got = ReadCalls.pread(_handle, into, buffer.Length, offset);
            while (got < 0 && StatusBuffer.LastFault().Number == ReadCalls.Interrupted);
        }
        count = (int)Math.Max(got, 0);
        return got < 0 ? StatusBuffer.LastFault() : SystemFault.None;
    }

    public SystemFault NextExtent(long offset, out FileExtent extent)
    {
        const int noSuchOffset = 6; // ENXIO: no data behind the offset
        extent = new FileExtent(offset, 0);
        long start = ReadCalls.lseek(_handle, offset, ReadCalls.SeekData);
        if (start < 0) return StatusBuffer.LastFault() is { Number: not noSuchOffset } fault ? fault : SystemFault.None;
        long end = ReadCalls.lseek(_handle, start, ReadCalls.SeekHole);
        if (end < 0) return StatusBuffer.LastFault() is { Number: not noSuchOffset } fault ? fault : SystemFault.None;
        extent = new FileExtent(start, end - start);
        return SystemFault.None;
    }

    public SystemFault ExtendedAttributes(out IReadOnlyList<ExtendedAttribute> found) => attributes.Read(_handle, null, out found);

    public void Dispose()
    {
        if (_handle >= 0) _ = ReadCalls.close(_handle);
        _handle = -1;
    }
}
