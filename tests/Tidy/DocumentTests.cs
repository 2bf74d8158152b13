using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Backup.Tests.Tidy;

[SupportedOSPlatform("linux")]
public sealed partial class DocumentTests
{
    private const int FragmentLinesMax = 5;
    private static readonly string[] DecisionParts = ["What", "Why", "What it costs"];
    private static readonly string[] TextEndings =
        [".cs", ".md", ".conf", ".csproj", ".props", ".targets", ".sh", ".py", ".json", ".yml", ".txt", ".service"];
    private static readonly string[] Programs =
        ["test", "quickstart", ".ci/run", "tests/tools/compare-trees", "tests/tools/sum-results", "benchmarks/make-workload", "bench"];
    private static readonly string[] Scripts = ["test", "quickstart", "bench", ".ci/run", ".ci/dotnet.sh"];

    [Fact]
    public void A_link_in_a_document_leads_to_a_file() => Allowed.Check("link",
        from file in Repository.Files
        where file.EndsWith(".md", StringComparison.Ordinal)
        from line in Repository.Read(file).Split('\n').Index()
        from link in Link().Matches(line.Item).Select(match => match.Groups[1].Value)
        where !link.Contains(':') && !Repository.Exists(Path.Combine(Path.GetDirectoryName(file)!, Uri.UnescapeDataString(link)))
        select new Fault(file, line.Index + 1, $"the link to '{link}' leads nowhere"));

    [Fact]
    public void No_file_names_a_path_of_the_machine_it_was_written_on() => Allowed.Check("host-path",
        from file in Repository.Files
        where Scripts.Contains(file) || TextEndings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal))
        from line in Repository.Read(file).Split('\n').Index()
        let found = HostPath().Match(line.Item)
        where found.Success
        select new Fault(file, line.Index + 1, $"'{found.Value}': take the path from where the program runs"));

    [Fact]
    public void A_changelog_fragment_says_its_kind_in_its_name_and_one_thing_in_its_text() => Allowed.Check("changelog",
        from file in Repository.Files
        where file.StartsWith("changelog/", StringComparison.Ordinal) && file != "changelog/README.md"
        let sentences = Repository.Read(file).Trim().Split('\n').Length
        where !FragmentName().IsMatch(file) || sentences > FragmentLinesMax
        select new Fault(file, 1, $"call it what-changed.(added|changed|fixed|removed).md and keep it to {FragmentLinesMax} lines"));

    [Fact]
    public void A_decision_has_its_number_and_its_parts() => Allowed.Check("decision",
        from file in Repository.Files
        where file.StartsWith("docs/decisions/", StringComparison.Ordinal) && file != "docs/decisions/README.md"
        let text = Repository.Read(file)
        where !DecisionName().IsMatch(file) || DecisionParts.Any(part => !text.Contains($"\n## {part}\n"))
        select new Fault(file, 1, $"call it NNNN-what.md, with the parts {string.Join(", ", DecisionParts)}"));

    [Fact]
    public void The_scripts_of_the_root_can_be_run() => Allowed.Check("executable",
        from file in Programs
        where !Repository.Exists(file) || (File.GetUnixFileMode(Path.Combine(Repository.Root, file)) & UnixFileMode.UserExecute) == 0
        select new Fault(file, 1, "is missing or not executable"));

    [GeneratedRegex(@"(?<!\!)\[[^\]]*\]\(<?([^)#>\s]+)(?:#[^)>]*)?>?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w.~-])/(work|farm|root)/\w+")]
    private static partial Regex HostPath();

    [GeneratedRegex(@"^changelog/[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed|removed)\.md$")]
    private static partial Regex FragmentName();

    [GeneratedRegex(@"^docs/decisions/[0-9]{4}-[a-z0-9]+(-[a-z0-9]+)*\.md$")]
    private static partial Regex DecisionName();
}
