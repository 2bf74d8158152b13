using System.Buffers.Binary;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;

namespace Backup.Tests.Compat;

/// <summary>
/// docs/formats/volume.md is enough: tests/Compat/read-volume was written from it alone and shares no code with the product.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class IndependentReaderTests
{
    private const int Room = 1 << 20, EntriesOfOneDirectory = 1800, RandomBytes = 150_000;

    [Fact]
    [Trait("Req", "FMT-01")]
    [Trait("Req", "FMT-25")]
    public void Full_and_incremental_over_several_volumes_come_back_identical()
    {
        using var sample = new Sample(Room);
        using HostileFolder folder = HostileFolder.Make(sample.Source, EntriesOfOneDirectory);
        for (int i = 0; i < 5; i++) WriteRandom(sample, $"random-{i}", 3 * RandomBytes);
        SessionId full = sample.BackUp(JobLevel.Full);
        int volumes = sample.Volumes.Count;
        sample.Extract("full").EndsWith(0);
        HostileFolder.AreEqual(sample.Source, sample.Restored("full"));

        for (int step = 1; step <= 4; step++) folder.Change(step);
        WriteRandom(sample, "random-1", 2 * RandomBytes);
        sample.BackUp(JobLevel.Incremental);
        sample.CloseVolumes();
        sample.Extract("incremental").EndsWith(0);
        HostileFolder.AreEqual(sample.Source, sample.Restored("incremental"));
        sample.Extract("full again", full).EndsWith(0);
        HostileFolder.AreEqual(sample.Restored("full"), sample.Restored("full again"));
        Assert.True(volumes > 2, $"{volumes} volumes are too few for this test");
    }

    [Fact]
    [Trait("Req", "FMT-24")]
    public void Every_entry_says_what_it_is()
    {
        using var sample = new Sample();
        using HostileFolder folder = HostileFolder.Make(sample.Source, shallow: true);
        sample.BackUp(JobLevel.Full);
        sample.CloseVolumes();

        string[] kinds = [.. ProgramRun.Of("find", [sample.Source, "-printf", "%y\n"]).EndsWith(0).Lines];
        string wanted = string.Join("  ", kinds.GroupBy(kind => kind).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}"));

        ProgramRun list = sample.Read("--list").EndsWith(0);
        Assert.Contains("job 1 nightly  Backup Full", list.Output, StringComparison.Ordinal);
        Assert.Contains($"\n  {wanted}\n", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "FMT-26")]
    public void A_flipped_byte_in_any_place_is_named_and_all_else_is_restored()
    {
        using var sample = new Sample();
        Directory.CreateDirectory(sample.Source + "/d");
        File.CreateSymbolicLink(sample.Source + "/link", "d/a");
        WriteRandom(sample, "d/a", RandomBytes);
        WriteRandom(sample, "b", RandomBytes);
        ProgramRun.Of("ln", [sample.Source + "/b", sample.Source + "/d/also b"]).EndsWith(0);
        sample.BackUp(JobLevel.Full);
        sample.CloseVolumes();
        sample.Extract("whole").EndsWith(0);
        HostileFolder.AreEqual(sample.Source, sample.Restored("whole"));

        string volume = Assert.Single(sample.Volumes);
        List<Place> places = PlacesOf(volume);
        Assert.Equal(Enum.GetValues<Kind>(), places.Select(place => place.Kind).Distinct().Order());
        foreach (Place place in places)
        {
            Flip(volume, place.ByteToFlip);
            ProgramRun run = sample.Extract($"damaged-{place.Number}").EndsWith(1);
            Flip(volume, place.ByteToFlip);

            Assert.Contains($"{volume}: place {place.Number}: ", run.Errors, StringComparison.Ordinal);
            ProgramRun compared = HostileFolder.Compare(sample.Source, sample.Restored($"damaged-{place.Number}"));
            if (place.Kind != Kind.Data) compared.EndsWith(0);
            else Assert.All(compared.Lines.SkipLast(1), line => Assert.Contains(PathOf(line), run.Errors, StringComparison.Ordinal));
        }
    }

    private enum Kind
    {
        Label,
        Page,
        Filemark,
        Data,
        Index,
    }

    private readonly record struct Place(int Number, Kind Kind, long ByteToFlip);

    /// <summary>The places of a volume as the page says where they lie, and a byte of each that a checksum covers.</summary>
    private static List<Place> PlacesOf(string volume)
    {
        byte[] bytes = File.ReadAllBytes(volume);
        List<Place> places = [new(0, Kind.Label, 1100)];
        for (int at = 65536; at < bytes.Length; at += VolumeRow.BlockSize)
        {
            bool isMark = bytes.AsSpan(at).StartsWith("BACKUP FILEMARK\n"u8);
            bool isIndex = (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 10)) & 1) != 0;
            bool isPage = places.All(place => place.Kind != Kind.Filemark);
            Kind kind = isMark ? Kind.Filemark : isIndex ? Kind.Index : isPage ? Kind.Page : Kind.Data;
            places.Add(new(places.Count, kind, at + (isMark ? 3 : 150)));
        }
        return places;
    }

    private static void Flip(string path, long at)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Seek(at, SeekOrigin.Begin);
        int value = file.ReadByte();
        file.Seek(at, SeekOrigin.Begin);
        file.WriteByte((byte)(value ^ 0x10));
    }

    /// <summary>The path in a line of compare-trees, b'd/a': what differs. Of names of one file the reader says the first.</summary>
    private static string PathOf(string line) =>
        "/" + line[2..line.IndexOf("': ", StringComparison.Ordinal)].Replace("d/also b", "b", StringComparison.Ordinal) + ": ";

    private static void WriteRandom(Sample sample, string path, int length)
    {
        var bytes = new byte[length];
        new Random(path.Length + length).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(sample.Source, path), bytes);
    }
}
