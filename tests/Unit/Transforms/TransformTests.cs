using System.Buffers.Binary;
using System.Security.Cryptography;
using Backup.Messages.Values;
using Backup.Transforms;
using CsCheck;

namespace Backup.Tests.Unit.Transforms;

public class TransformTests
{
    [Fact]
    public void Digest_is_that_of_the_whole_content_however_it_is_cut() =>
        Gen.Byte.Array[0, 5000].Select(Gen.Int[1, 700]).Sample((bytes, piece) =>
        {
            using var digest = new ContentDigest();
            digest.Start(overExtents: false);
            for (int at = 0; at < bytes.Length; at += piece) digest.Append(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            return digest.Finish(bytes.Length) == new Digest(DigestAlgorithm.Sha256, Hash256.Read(SHA256.HashData(bytes)));
        }, iter: 200);

    [Fact]
    public void Digest_over_extents_is_as_documented()
    {
        byte[] data = [1, 2, 3];
        var expected = new byte[16 + 3 + 8];
        BinaryPrimitives.WriteInt64LittleEndian(expected, 4096);
        BinaryPrimitives.WriteInt64LittleEndian(expected.AsSpan(8), 3);
        data.CopyTo(expected, 16);
        BinaryPrimitives.WriteInt64LittleEndian(expected.AsSpan(19), 1 << 20);
        using var digest = new ContentDigest();

        digest.Start(overExtents: true);
        digest.Extent(4096, 3);
        digest.Append(data);

        Assert.Equal(new Digest(DigestAlgorithm.Sha256OverExtents, Hash256.Read(SHA256.HashData(expected))), digest.Finish(1 << 20));
    }

    [Fact]
    public void File_that_was_given_up_leaves_nothing_in_the_next_digest()
    {
        using var digest = new ContentDigest();
        digest.Start(overExtents: false);
        digest.Append("left over"u8);
        digest.Start(overExtents: false);

        Assert.Equal(Hash256.Read(SHA256.HashData([])), digest.Finish(0).Value);
    }

    [Fact]
    public void Compression_goes_there_and_back()
    {
        using var compressor = new RecordCompressor(1);
        using var decompressor = new RecordDecompressor();
        byte[] text = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i % 97))];

        Assert.True(compressor.TryCompress(text, out ReadOnlySpan<byte> compressed));
        var back = new byte[text.Length];
        decompressor.Decompress(compressed, back);

        Assert.Equal(text, back);
        Assert.False(compressor.TryCompress(RandomNumberGenerator.GetBytes(100_000), out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Other_length_than_announced_is_refused(int difference)
    {
        using var compressor = new RecordCompressor(3);
        using var decompressor = new RecordDecompressor();
        compressor.TryCompress(new byte[10_000], out ReadOnlySpan<byte> compressed);
        byte[] stored = compressed.ToArray();

        Assert.Throws<TransformException>(() => decompressor.Decompress(stored, new byte[10_000 + difference]));
    }

    [Fact]
    public void Garbage_is_refused_by_its_own_exception_only() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            using var decompressor = new RecordDecompressor();
            try
            {
                decompressor.Decompress(bytes, new byte[1000]);
            }
            catch (TransformException)
            {
                return true;
            }
            return false;
        }, iter: 300);
}
