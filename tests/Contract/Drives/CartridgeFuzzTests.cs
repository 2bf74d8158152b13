using Backup.Devices.Drives.VirtualTape;
using Backup.Messages.Drives;
using Backup.TestKit.Media;

namespace Backup.Tests.Contract.Drives;

/// <summary>Damage on a cartridge's file is found: no wrong block is given for a right one, at no place.</summary>
public sealed class CartridgeFuzzTests : IDisposable
{
    private const int Flips = 1000;
    private readonly string _folder = Directory.CreateTempSubdirectory("cartridge-fuzz-").FullName;
    private readonly byte[] _buffer = new byte[8192];
    private readonly List<byte[]?> _written = []; // null: a filemark
    private readonly byte[] _file;

    public CartridgeFuzzTests()
    {
        using VirtualTape drive = NewDrive();
        Assert.True(drive.Load("F1", DriveAccess.Create).Moved);
        var random = new Random(20);
        for (int i = 0; i < 30; i++)
        {
            byte[] block = new byte[random.Next(1, 3000)];
            random.NextBytes(block);
            Assert.Equal(WriteOutcome.Written, drive.Write(block).Outcome);
            _written.Add(block);
            if (i % 7 != 6) continue;
            drive.WriteFilemarks(1);
            _written.Add(null);
        }
        drive.WriteFilemarks(1);
        _written.Add(null);
        Assert.True(drive.Unload().Moved);
        _file = File.ReadAllBytes(Cartridge);
    }

    private string Cartridge => Path.Combine(_folder, "F1.cartridge");

    [Fact]
    [Trait("Req", "DEV-29")]
    public void A_flipped_bit_is_found_and_costs_at_most_the_place_it_is_in()
    {
        var random = new Random(4);
        int harmless = 0;
        for (int i = 0; i < Flips; i++)
        {
            byte[] damaged = [.. _file];
            int bit = random.Next(_file.Length * 8);
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Cartridge, damaged);
            int lost = Lost();
            if (lost == 0) harmless++;
            Assert.True(lost <= 1, $"bit {bit}: {lost} places lost");
        }
        Assert.True(harmless < Flips / 3, $"{harmless} flips changed nothing"); // those between frames
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void A_cut_file_gives_what_is_before_the_cut_and_nothing_else()
    {
        for (int length = 0; length < _file.Length; length += 97)
        {
            File.WriteAllBytes(Cartridge, _file[..length]);
            Lost();
        }
    }

    [Fact]
    [Trait("Req", "DEV-29")]
    public void Frames_of_an_older_pass_behind_the_data_are_no_data()
    {
        using (VirtualTape drive = NewDrive())
        {
            drive.Load("F1", DriveAccess.Append);
            drive.SpaceBlocks(3);
            drive.Write(_written[3]!);
            drive.WriteFilemarks(1);
            drive.Unload();
        }
        byte[] fresh = File.ReadAllBytes(Cartridge);
        File.WriteAllBytes(Cartridge, [.. fresh, .. _file.AsSpan(fresh.Length)]); // the cut of the file was lost with the power
        using VirtualTape after = NewDrive();
        Assert.True(after.Load("F1", DriveAccess.Append).Moved);
        Assert.True(after.SpaceToEndOfData().Moved);
        Assert.Equal(5, after.Position.Block);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private VirtualTape NewDrive() => new(new VirtualTapeOptions(_folder, new CountedIds()));

    /// <summary>Reads all there is: each block is the one that was written at its place. How many places were not read.</summary>
    private int Lost()
    {
        using VirtualTape drive = NewDrive();
        if (!drive.Load("F1", DriveAccess.Read).Moved) return _written.Count;
        int good = 0;
        for (int reads = 0; reads <= _written.Count; reads++)
        {
            int place = (int)drive.Position.Block;
            ReadAnswer answer = drive.Read(_buffer);
            if (answer.Outcome == ReadOutcome.EndOfData) break;
            if (answer.Outcome == ReadOutcome.Failed)
            {
                Assert.NotNull(answer.Reason);
                Assert.True(drive.SpaceBlocks(1).Moved);
                continue;
            }
            good++;
            if (answer.Outcome == ReadOutcome.Filemark) Assert.Null(_written[place]);
            else Assert.True(_buffer.AsSpan(0, answer.Length).SequenceEqual(_written[place]), $"another block at place {place}");
        }
        return _written.Count - good;
    }
}
