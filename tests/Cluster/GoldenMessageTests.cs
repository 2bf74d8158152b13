using Backup.Messages.Inspection;
using Backup.Messages.Storages;
using Backup.Messages.Wire;
using Backup.TestKit.Processes;

namespace Backup.Tests.Cluster;

/// <summary>
/// The bytes of every message between director and storages. A line that changes is a change of the protocol: nodes of the version before
/// must still read it, so fields are added at the end, with defaults, and never taken away.
/// </summary>
public sealed class GoldenMessageTests
{
    /// <summary>Set to write the file anew; look at the difference before it is committed.</summary>
    private const string WriteAnew = "BACKUP_WRITE_GOLDEN";

    private static readonly IReadOnlyList<(string Manifest, Type Type)> Entries =
        [.. StorageProtocol.Entries, .. InspectionProtocol.Entries];
    private static readonly WireMap Map = new([.. Entries]);

    private static string GoldenFile => Path.Combine(BuiltPrograms.Repository, "tests/Cluster/golden/messages.txt");

    [Fact]
    [Trait("Req", "NET-04")]
    [Trait("Req", "NET-05")]
    public void Every_message_has_its_golden_bytes()
    {
        string[] now = [.. Entries.Select(entry => $"{entry.Manifest} {Convert.ToHexStringLower(Map.Encode(Samples.Of(entry.Type)))}")];
        if (Environment.GetEnvironmentVariable(WriteAnew) is { Length: > 0 }) File.WriteAllLines(GoldenFile, now);

        Assert.Equal(File.ReadAllLines(GoldenFile), now);
    }

    [Fact]
    [Trait("Req", "NET-04")]
    public void The_golden_bytes_are_read_as_the_same_message()
    {
        foreach (string line in File.ReadAllLines(GoldenFile))
        {
            string[] words = line.Split(' ');
            byte[] bytes = Convert.FromHexString(words[1]);
            Assert.Equal(bytes, Map.Encode(Map.Decode(words[0], bytes)));
        }
    }

    [Fact]
    [Trait("Req", "NET-06")]
    public void Damaged_messages_are_refused_and_nothing_else_happens()
    {
        var chance = new Random(11);
        foreach (string line in File.ReadAllLines(GoldenFile))
        {
            string[] words = line.Split(' ');
            byte[] good = Convert.FromHexString(words[1]);
            for (int n = 0; n < 500; n++)
            {
                byte[] bytes = [.. good];
                for (int flips = chance.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
                    bytes[chance.Next(bytes.Length)] ^= (byte)chance.Next(1, 256);
                try
                {
                    Map.Decode(words[0], bytes.AsMemory(0, chance.Next(bytes.Length + 1)));
                }
                catch (WireFormatException)
                {
                    // The one way in which bytes are refused; anything else fails the test.
                }
            }
        }
    }
}
