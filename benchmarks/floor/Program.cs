// The floor: the least work a backup of a tree can be, in one process.
// Walk (getdents64 + statx), read, SHA-256 every file, pack records into blocks,
// CRC32C every block, write one file, fsync. No network, no catalog, no policy.
//
//   floor TREE OUT [--pipe] [--no-hash] [--no-write] [--direct] [--zstd] [--block KiB] [--runs N]
//
// --pipe      two threads: (walk + read) and (hash + CRC + write), joined by Channels
// --zstd      compresses what was read in pieces of 128 KiB at level 1, and throws the result away: its cost alone
// --direct    O_DIRECT output, one write per block (use with --block 4096)
// Prints one line per run and a median line: files, MB/s, files/s, CPU seconds, CPU s/GiB, us/file.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using ZstdNet;

[assembly: DisableRuntimeMarshalling]

if (args.Length < 2) { Console.Error.WriteLine("usage: floor TREE OUT [--pipe] [--no-hash] [--no-write] [--direct] [--zstd] [--block KiB] [--runs N]"); return 2; }
bool Has(string o) => args.Contains(o);
int Num(string o, int d) => Array.IndexOf(args, o) is var i and >= 0 ? int.Parse(args[i + 1]) : d;
var options = new Options(args[0], args[1], Has("--pipe"), !Has("--no-hash"), !Has("--no-write"), Has("--direct"), Has("--zstd"), Num("--block", 256) << 10);
int runs = Num("--runs", 5);

var wall = new List<double>(); var cpu = new List<double>();
long files = 0, bytes = 0;
for (int run = 0; run <= runs; run++) // run 0 warms the code and the cache, and does not count
{
    File.Delete(options.Out);
    double c0 = Sys.ProcessCpu(); long t0 = Stopwatch.GetTimestamp();
    (files, bytes) = new Floor(options).Run();
    double w = Stopwatch.GetElapsedTime(t0).TotalSeconds, c = Sys.ProcessCpu() - c0;
    if (run == 0) continue;
    wall.Add(w); cpu.Add(c);
    Report($"run {run}", w, c);
}
wall.Sort(); cpu.Sort();
Report("median", wall[runs / 2], cpu[runs / 2]);
Report("best", wall[0], cpu[0]);
return 0;

void Report(string what, double w, double c) =>
    Console.WriteLine($"{what,-7} files {files} MB {bytes / 1e6:F0} wall {w:F3} s  {bytes / w / 1e6:F0} MB/s  {files / w:F0} files/s  cpu {c:F3} s  {c / bytes * (1 << 30):F3} cpu-s/GiB  {c / files * 1e6:F2} us/file");

internal sealed record Options(string Tree, string Out, bool Pipe, bool Hash, bool Write, bool Direct, bool Zstd, int Block);

/// <summary>A run of file bytes inside a block; Digest >= 0 is the slot that the finished hash goes to.</summary>
internal readonly record struct Segment(int Offset, int Length, int Digest);

internal sealed unsafe class Block(int size)
{
    public readonly byte* Data = (byte*)NativeMemory.AlignedAlloc((nuint)size, 4096);
    public readonly List<Segment> Segments = new(256);
    public int Used;
}

internal sealed class Floor(Options o)
{
    private const int Header = 16, DigestSize = 32, Meta = 128, Piece = 128 << 10; // block header: length, CRC32C; record: statx up to the times
    private readonly Channel<Block> _full = Channel.CreateBounded<Block>(new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true });
    private readonly Channel<Block> _free = Channel.CreateBounded<Block>(new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true });
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly unsafe byte* _dents = (byte*)NativeMemory.Alloc(64 * 65536); // one getdents64 buffer per level
    private Block _block = new(o.Block);
    private readonly Compressor? _zstd = o.Zstd ? new Compressor(new CompressionOptions(1)) : null;
    private readonly byte[] _compressed = new byte[Compressor.GetCompressBound(Piece)];
    private int _out = -1;
    private long _files, _bytes;

    public (long Files, long Bytes) Run()
    {
        if (o.Write) _out = Sys.Open(Sys.AtCwd, Encoding.UTF8.GetBytes(o.Out + "\0"), Sys.OWronly | Sys.OCreat | Sys.OTrunc | (o.Direct ? Sys.ODirect : 0), 0x180);
        Task? second = null;
        if (o.Pipe)
        {
            for (int i = 0; i < 12; i++) _free.Writer.TryWrite(new Block(o.Block));
            second = Task.Run(Consume);
        }
        _block.Used = Header;
        Walk(Sys.AtCwd, Encoding.UTF8.GetBytes(o.Tree + "\0"), 0);
        Next();
        _full.Writer.Complete();
        second?.GetAwaiter().GetResult();
        if (o.Write) { if (Sys.fsync(_out) != 0) throw new IOException("fsync failed"); _ = Sys.close(_out); }
        Release();
        return (_files, _bytes);
    }

    private async Task Consume() { await foreach (Block b in _full.Reader.ReadAllAsync()) { Seal(b); _free.Writer.TryWrite(b); } }

    private unsafe void Walk(int parent, ReadOnlySpan<byte> name, int depth)
    {
        int dir = Sys.Open(parent, name, Sys.ODirectory, 0);
        byte* buffer = _dents + depth * 65536;
        byte* st = stackalloc byte[256];
        nint got;
        while ((got = Sys.getdents64(dir, buffer, 65536)) > 0)
            for (byte* e = buffer; e < buffer + got; e += *(ushort*)(e + 16))
            {
                ReadOnlySpan<byte> entry = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(e + 19);
                if (entry[0] == '.' && (entry.Length == 1 || (entry.Length == 2 && entry[1] == '.'))) continue;
                if (Sys.statx(dir, e + 19, Sys.NoFollow, 0x7ff, st) != 0) continue;
                int type = *(ushort*)(st + 28) & 0xF000;
                bool regular = type == 0x8000;
                Record(entry, st, regular);
                if (regular) ReadFile(dir, e + 19, *(long*)(st + 40));
                else if (type == 0x4000) Walk(dir, new ReadOnlySpan<byte>(e + 19, entry.Length + 1), depth + 1);
            }
        _ = Sys.close(dir);
    }

    /// <summary>The record's head: fixed attributes straight from statx, then the name.</summary>
    private unsafe void Record(ReadOnlySpan<byte> name, byte* st, bool regular)
    {
        int need = Meta + 2 + name.Length;
        if (_block.Used + need > o.Block) Next();
        byte* p = _block.Data + _block.Used;
        Buffer.MemoryCopy(st, p, Meta, Meta);
        *(ushort*)(p + Meta) = (ushort)name.Length;
        name.CopyTo(new Span<byte>(p + Meta + 2, name.Length));
        _block.Used += need;
        if (regular) _files++;
    }

    /// <summary>Reads straight into the block: no copy between read(2) and the write of the block.</summary>
    private unsafe void ReadFile(int dir, byte* name, long size)
    {
        int fd = Sys.openat(dir, name, Sys.OCloexec | Sys.ONoatime, 0);
        long left = size;
        while (left > 0)
        {
            if (o.Block - _block.Used < 512) Next();
            nint n = Sys.read(fd, _block.Data + _block.Used, (nint)Math.Min(left, o.Block - _block.Used));
            if (n <= 0) break;
            _block.Segments.Add(new Segment(_block.Used, (int)n, -1));
            _block.Used += (int)n; _bytes += n; left -= n;
        }
        _ = Sys.close(fd);
        if (o.Block - _block.Used < DigestSize) Next();
        _block.Segments.Add(new Segment(0, 0, _block.Used));
        _block.Used += DigestSize;
    }

    /// <summary>Hands the full block on and takes an empty one.</summary>
    private void Next()
    {
        if (o.Pipe)
        {
            if (!_full.Writer.TryWrite(_block)) _full.Writer.WriteAsync(_block).AsTask().Wait();
            if (!_free.Reader.TryRead(out Block? free)) free = _free.Reader.ReadAsync().AsTask().Result;
            _block = free;
        }
        else Seal(_block);
        _block.Segments.Clear();
        _block.Used = Header;
    }

    /// <summary>Hashes the block's segments, fills the digest slots, adds the CRC, writes the block.</summary>
    private unsafe void Seal(Block b)
    {
        if (o.Hash)
            foreach (Segment s in CollectionsMarshal.AsSpan(b.Segments))
                if (s.Digest < 0) _sha.AppendData(new ReadOnlySpan<byte>(b.Data + s.Offset, s.Length));
                else _sha.GetHashAndReset(new Span<byte>(b.Data + s.Digest, DigestSize));
        if (_zstd is not null)
            foreach (Segment s in CollectionsMarshal.AsSpan(b.Segments))
                for (int at = 0; s.Digest < 0 && at < s.Length; at += Piece)
                    _ = _zstd.Wrap(new ReadOnlySpan<byte>(b.Data + s.Offset + at, Math.Min(Piece, s.Length - at)), _compressed.AsSpan());
        *(int*)b.Data = b.Used;
        *(uint*)(b.Data + 4) = Crc32C.Compute(b.Data + 8, b.Used - 8);
        if (!o.Write) return;
        int length = o.Direct ? (b.Used + 4095) & ~4095 : b.Used;
        if (Sys.write(_out, b.Data, length) != length) throw new IOException("short write");
    }

    private unsafe void Release()
    {
        NativeMemory.Free(_dents);
        for (Block? b = _block; b != null; b = _free.Reader.TryRead(out Block? next) ? next : null) NativeMemory.AlignedFree(b.Data);
        _sha.Dispose();
        _zstd?.Dispose();
    }
}

internal static unsafe partial class Sys
{
    public const int AtCwd = -100, NoFollow = 0x100, OWronly = 1, OCreat = 0x40, OTrunc = 0x200, ODirect = 0x4000, ODirectory = 0x10000, ONoatime = 0x40000, OCloexec = 0x80000;

    [LibraryImport("libc")] internal static partial int openat(int dir, byte* path, int flags, int mode);
    [LibraryImport("libc")] internal static partial int close(int fd);
    [LibraryImport("libc")] internal static partial nint read(int fd, byte* buffer, nint count);
    [LibraryImport("libc")] internal static partial nint write(int fd, byte* buffer, nint count);
    [LibraryImport("libc")] internal static partial int fsync(int fd);
    [LibraryImport("libc")] internal static partial nint getdents64(int fd, byte* buffer, nint count);
    [LibraryImport("libc")] internal static partial int statx(int dir, byte* path, int flags, uint mask, byte* result);
    [LibraryImport("libc")] private static partial int clock_gettime(int clock, long* time);

    public static int Open(int dir, ReadOnlySpan<byte> zeroEnded, int flags, int mode)
    {
        int fd;
        fixed (byte* p = zeroEnded) fd = openat(dir, p, flags | OCloexec, mode);
        return fd >= 0 ? fd : throw new IOException("cannot open " + Encoding.UTF8.GetString(zeroEnded[..^1]));
    }

    public static double ProcessCpu() { long* t = stackalloc long[2]; _ = clock_gettime(2, t); return t[0] + t[1] * 1e-9; }
}

/// <summary>CRC32C with three SSE4.2 streams in flight, joined by carry-less multiplication.</summary>
internal static unsafe class Crc32C
{
    private const int Lane = 1360; // bytes; 3 lanes = 4080
    private static readonly ulong One = XPow(Lane * 8L - 33), Two = XPow(2 * Lane * 8L - 33);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Compute(byte* p, int n)
    {
        ulong c = uint.MaxValue, one = One, two = Two;
        for (; n >= 3 * Lane; p += 3 * Lane, n -= 3 * Lane)
        {
            ulong x = 0, y = 0;
            for (ulong* a = (ulong*)p, end = (ulong*)(p + Lane); a < end; a++)
            {
                c = Sse42.X64.Crc32(c, *a);
                x = Sse42.X64.Crc32(x, a[Lane / 8]);
                y = Sse42.X64.Crc32(y, a[Lane / 4]);
            }
            c = Sse42.X64.Crc32(0, Multiply(c, two) ^ Multiply(x, one)) ^ y;
        }
        for (; n >= 8; p += 8, n -= 8) c = Sse42.X64.Crc32(c, *(ulong*)p);
        uint r = (uint)c;
        while (n-- > 0) r = Sse42.Crc32(r, *p++);
        return ~r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiply(ulong crc, ulong k) =>
        Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(crc), Vector128.CreateScalar(k), 0).ToScalar();

    /// <summary>x^n modulo the CRC32C polynomial, bits reflected.</summary>
    private static uint XPow(long n)
    {
        uint r = 1u << 31;
        for (uint x = 1u << 30; n > 0; n >>= 1, x = MultiplyMod(x, x)) if ((n & 1) != 0) r = MultiplyMod(r, x);
        return r;
    }

    private static uint MultiplyMod(uint a, uint b)
    {
        uint p = 0;
        for (uint m = 1u << 31; m != 0; m >>= 1)
            (p, b) = ((a & m) != 0 ? p ^ b : p, (b & 1) != 0 ? (b >> 1) ^ 0x82F63B78u : b >> 1);
        return p;
    }
}
