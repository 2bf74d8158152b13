using System.Text;
using System.Text.RegularExpressions;

namespace Backup.Tests.Tidy;

/// <summary>
/// docs/requirements.md says which test proves which requirement. It is written from the tests' traits:
/// './test requirements' writes it anew.
/// </summary>
public sealed partial class RequirementsPageTests
{
    private const string Ids = "docs/requirements-ids.txt", Page = "docs/requirements.md", Write = "BACKUP_WRITE_REQUIREMENTS";
    private const int RequirementsInAll = 404;

    private readonly record struct Requirement(string Id, int Tier, string Sentence);

    private readonly record struct Proof(string Id, string Project, string Test, string Path, int Line);

    [Fact]
    public void The_page_says_what_the_traits_of_the_tests_say()
    {
        string page = PageOf(Requirements(), [.. Proofs()]);
        if (Environment.GetEnvironmentVariable(Write) == "1") File.WriteAllText(Path.Combine(Repository.Root, Page), page);
        string written = Repository.Exists(Page) ? Repository.Read(Page) : "";
        Assert.True(written == page, $"{Page} is not what the tests say: write it anew with './test requirements'");
    }

    [Fact]
    public void A_trait_names_a_known_requirement()
    {
        HashSet<string> known = [.. Requirements().Select(requirement => requirement.Id)];
        Allowed.Check("trait", Proofs().Where(proof => !known.Contains(proof.Id))
            .Select(proof => new Fault(proof.Path, proof.Line, $"'{proof.Id}' is no id of {Ids}")));
    }

    [Fact]
    public void The_list_has_every_requirement_once()
    {
        Requirement[] all = Requirements();
        Assert.Equal(RequirementsInAll, all.Length);
        Assert.Equal(all.Length, all.Select(requirement => requirement.Id).Distinct().Count());
    }

    private static Requirement[] Requirements() =>
    [
        .. from line in Repository.Read(Ids).Split('\n')
           where line.Length > 0 && line[0] != '#'
           let parts = line.Split(' ', 3)
           select new Requirement(parts[0], int.Parse(parts[1]), parts[2]),
    ];

    /// <summary>Traits above a test belong to it, traits above a class to every test in it: those are shown with the class alone.</summary>
    private static IEnumerable<Proof> Proofs()
    {
        foreach (CSharpSource source in Repository.CSharp("tests/"))
        {
            string project = source.Path.Split('/')[1], type = "";
            var pending = new List<(string Id, int Line)>();
            foreach ((int index, string line) in source.Lines.Index())
            {
                if (source.CodeLines[index].Contains("Trait(", StringComparison.Ordinal))
                    pending.AddRange(Trait().Matches(line).Select(match => (match.Groups[1].Value, index + 1)));
                string name = Class().Match(source.CodeLines[index]).Groups[1].Value;
                if (name.Length > 0) type = name;
                else name = Method().Match(source.CodeLines[index]).Groups[1].Value;
                if (name.Length == 0) continue;
                string test = name == type ? type : $"{type}.{name}";
                foreach ((string id, int at) in pending) yield return new(id, project, test, source.Path, at);
                pending.Clear();
            }
        }
    }

    private static string PageOf(Requirement[] requirements, Proof[] proofs)
    {
        ILookup<string, Proof> by = proofs.ToLookup(proof => proof.Id);
        var page = new StringBuilder("# Requirements and what proves them\n\n");
        page.Append("Written by `./test requirements` from the traits of the tests; `./test RST-07` runs the proof of one.\n\n");
        page.Append("| tier | requirements | proved by a test |\n| --- | --- | --- |\n");
        foreach (IGrouping<int, Requirement> tier in requirements.GroupBy(requirement => requirement.Tier).OrderBy(tier => tier.Key))
            page.Append($"| {tier.Key} | {tier.Count()} | {tier.Count(requirement => by.Contains(requirement.Id))} |\n");
        foreach (IGrouping<string, Requirement> area in requirements.GroupBy(requirement => requirement.Id[..3]))
        {
            page.Append($"\n## {area.Key}\n\n| id | tier | requirement | proved by |\n| --- | --- | --- | --- |\n");
            foreach ((string id, int tier, string sentence) in area)
                page.Append($"| {id} | {tier} | {sentence.Replace("|", "\\|")} | {ProvedBy(by[id])} |\n");
        }
        return page.ToString();
    }

    private static string ProvedBy(IEnumerable<Proof> proofs)
    {
        string[] tests = [.. proofs.Select(proof => $"`{proof.Project}: {proof.Test}`").Distinct().Order(StringComparer.Ordinal)];
        return tests.Length == 0 ? "not yet" : string.Join("<br>", tests);
    }

    [GeneratedRegex(@"Trait\(""Req"",\s*""([^""]*)""\)")]
    private static partial Regex Trait();

    [GeneratedRegex(@"^\s*(?:\w+\s+)*class\s+(\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s*public\s+(?:static\s+)?(?:async\s+)?(?:void|Task|ValueTask)\s+(\w+)\s*\(")]
    private static partial Regex Method();
}
