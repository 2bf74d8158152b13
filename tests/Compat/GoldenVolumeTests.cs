using System.Text.Json;
using System.Text.RegularExpressions;
using Backup.Messages.Ids;
using Backup.TestKit.Processes;
using Backup.TestKit.Trees;
using Backup.Volumes.Labels;
using Backup.VolumeTool.Commands;

namespace Backup.Tests.Compat;

/// <summary>
/// Volumes that earlier builds wrote are read by this one: listed, verified and extracted, with what their manifests say. What fails here
/// is a change of the format by which volumes that people have could no longer be read.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class GoldenVolumeTests : IDisposable
{
    /// <summary>Set to make one more pair of sets; see golden/README.md.</summary>
    private const string MakeNext = "BACKUP_WRITE_GOLDEN";

    private readonly string _folder = Directory.CreateTempSubdirectory("backup-golden-").FullName;

    [Fact]
    [Trait("Req", "FMT-02")]
    public void Volumes_of_every_version_of_the_format_are_listed_verified_and_extracted_as_their_manifests_say()
    {
        if (Environment.GetEnvironmentVariable(MakeNext) is { Length: > 0 }) GoldenVolumes.MakeNext();

        foreach (GoldenVolumes set in GoldenVolumes.All())
        {
            IReadOnlyList<string> volumes = set.UnpackTo(Directory.CreateDirectory(Path.Combine(_folder, set.Name)).FullName);
            Assert.Equal(set.SessionLines, GoldenVolumes.LinesOf(volumes));
            Assert.Contains(" 0 faults", Run("verify", volumes), StringComparison.Ordinal);
            foreach (SessionId session in set.Sessions)
            {
                string target = Path.Combine(_folder, $"{set.Name}-{session}");
                string said = Run("extract", volumes, "--session", session.ToString(), "--to", target);
                if (Environment.IsPrivilegedProcess) Assert.Contains(" 0 problems", said, StringComparison.Ordinal);
                Assert.Equal(Comparable(set.TreeOf(session)), Comparable(GoldenVolumes.ManifestOf(target + GoldenVolumes.Source)));
            }
        }
    }

    [Fact]
    [Trait("Req", "FMT-02")]
    public void The_version_that_this_build_writes_has_golden_volumes_of_each_medium()
    {
        string[] sets = [.. GoldenVolumes.All().Select(set => set.Name).Where(name => name.StartsWith($"{VolumeText.FormatVersion}.",
            StringComparison.Ordinal))];
        Assert.Contains(sets, name => name.EndsWith("-disk", StringComparison.Ordinal));
        Assert.Contains(sets, name => name.EndsWith("-tape", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Req", "FMT-03")]
    public void Every_record_of_them_is_decoded_into_the_fields_that_the_page_of_the_format_names()
    {
        Dictionary<string, string[]> page = FieldsOfThePage();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (GoldenVolumes set in GoldenVolumes.All())
        {
            IReadOnlyList<string> volumes = set.UnpackTo(Directory.CreateDirectory(Path.Combine(_folder, set.Name)).FullName);
            foreach (string line in Run("ls", volumes, "--objects", "--json").TrimEnd().Split('\n'))
            {
                JsonElement document = JsonDocument.Parse(line).RootElement;
                if (!document.TryGetProperty("name", out JsonElement name)) continue;
                seen.Add(name.GetString()!);
                string[] fields = [.. document.GetProperty("fields").EnumerateObject().Select(field => field.Name)];
                Assert.DoesNotContain("error", fields);
                Assert.Empty(fields.Except(page.GetValueOrDefault(name.GetString()!, fields)));
            }
        }
        Assert.Superset(page.Keys.Except(["Unsaved"]).ToHashSet(), seen);
    }

    /// <summary>Of each record whose payload is a map with the full names of its fields: those names, not those of maps within.</summary>
    private static Dictionary<string, string[]> FieldsOfThePage()
    {
        var page = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(BuiltPrograms.Script("docs/formats/volume.md")))
        {
            if (line.Split('|', StringSplitOptions.TrimEntries) is not ["", _, { Length: > 0 } name, { } payload, ""]) continue;
            if (!payload.StartsWith("CBOR map `", StringComparison.Ordinal)) continue;
            string outer = Regex.Replace(payload.Split(". ")[0].Split("}:")[0] + "}", @"\{[^}]*\}", "");
            page[name] = [.. Regex.Matches(outer, "`([A-Za-z]+)`").Select(match => match.Groups[1].Value), "rows"];
        }
        return page;
    }

    public void Dispose() => HostileFolder.Remove(_folder);

    /// <summary>All of a manifest; where this user may not restore owners and devices, the names and what regular files hold.</summary>
    private static string[] Comparable(string manifest)
    {
        string[] lines = manifest.Split('\n');
        return Environment.IsPrivilegedProcess ? lines
            : [.. lines.Select(line => line.Split(' ')).Where(words => words is [_, "-", ..]).Select(words => $"{words[0]} {words[^1]}")];
    }

    private static string Run(string command, IEnumerable<string> volumes, params string[] more)
    {
        using StringWriter output = new(), errors = new();
        int status = ToolCommands.Run([command, .. volumes, .. more], output, errors);
        if (Environment.IsPrivilegedProcess) Assert.Equal((0, ""), (status, errors.ToString()));
        return output.ToString();
    }
}
