using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Backup.Tests.Tidy;

/// <summary>The arrows of docs/ARCHITECTURE.md: which layer may lean on which, and what the pure layer does without.</summary>
public sealed partial class StructureTests
{
    private const string Messages = "src/Messages/", Cluster = "src/Cluster/", Hosts = "src/Hosts/";
    private const string Core = "src/Actors/Core/", Roles = "src/Actors/Roles/";
    private const string Vocabulary = "src/Messages/Backup.Messages/";
    private const int ReadmeLinesMin = 5, ReadmeLinesMax = 30;
    private static readonly string[] PurePackages = ["System.Formats.Cbor"];

    /// <summary>A layer, and where its arrows may point. Siblings are not among them, but for what all of Messages shares.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        [Messages] = [Vocabulary],
        [Core] = [Messages],
        [Cluster] = [Messages],
        [Roles] = [Messages, Core, Cluster],
        [Hosts] = [Messages, Core, Cluster, Roles],
    };

    public sealed record Project(string Path, string[] References, string[] Packages, bool HasVersions)
    {
        public string Folder => Path[..(Path.LastIndexOf('/') + 1)];
    }

    [Fact]
    public void Project_references_follow_the_arrows() => Allowed.Check("arrow",
        from project in Projects("src/")
        let may = Arrows.Single(layer => project.Path.StartsWith(layer.Key, StringComparison.Ordinal)).Value
        from reference in project.References
        where !may.Any(layer => reference.StartsWith(layer, StringComparison.Ordinal))
        select new Fault(project.Path, 1, $"leans on {reference}: from here only on {string.Join(", ", may)}; pass the value in instead"));

    [Fact]
    public void Akka_is_in_cluster_roles_and_hosts_alone() => Allowed.Check("akka",
        from project in Projects("src/")
        where project.Path.StartsWith(Messages, StringComparison.Ordinal) || project.Path.StartsWith(Core, StringComparison.Ordinal)
        from package in project.Packages
        where package.StartsWith("Akka", StringComparison.Ordinal)
        select new Fault(project.Path, 1, $"refers to {package}: decide here, act in a role"));

    [Fact]
    public void Messages_need_no_package_that_could_do_io() => Allowed.Check("pure-packages",
        from project in Projects(Messages)
        from package in project.Packages
        where !PurePackages.Contains(package)
        select new Fault(project.Path, 1, $"refers to {package}: this layer is pure; take the value as a parameter"));

    [Fact]
    public void Messages_do_no_io_and_read_no_clock() => Allowed.Check("pure",
        from source in Repository.CSharp(Messages)
        from line in source.CodeLines.Index()
        let found = InputOutput().Match(line.Item)
        where found.Success
        select new Fault(source.Path, line.Index + 1, $"'{found.Value}': this layer is pure; take the value as a parameter"));

    [Fact]
    public void Versions_of_packages_are_central() => Allowed.Check("central-versions",
        from project in Projects("src/").Concat(Projects("tests/"))
        where project.HasVersions
        select new Fault(project.Path, 1, "gives a version: Directory.Packages.props does"));

    [Fact]
    public void A_test_project_is_called_as_its_folder_for_the_runner() => Allowed.Check("test-assembly",
        from project in Projects("tests/")
        let name = Path.GetFileNameWithoutExtension(project.Path)
        let assembly = $"<AssemblyName>Backup.{TestPrefix(name)}{name}</AssemblyName>"
        where project.Folder != $"tests/{name}/" || !Repository.Read(project.Path).Contains(assembly)
        select new Fault(project.Path, 1, $"./test runs tests/{name}/bin/Release/net10.0/Backup.Tests.{name}.dll: name both so"));

    [Fact]
    public void A_project_with_code_says_in_a_README_what_it_is() => Allowed.Check("project-readme",
        from project in Projects("src/")
        where Repository.CSharp(project.Folder).Count() > 1
        let readme = project.Folder + "README.md"
        let lines = Repository.Exists(readme) ? Repository.Read(readme).TrimEnd('\n').Split('\n').Length : 0
        where lines is < ReadmeLinesMin or > ReadmeLinesMax
        select new Fault(readme, 1, $"{lines} lines: its sentence, seams and invariants take {ReadmeLinesMin} to {ReadmeLinesMax}"));

    private static string TestPrefix(string name) => name == "TestKit" ? "" : "Tests.";

    private static IEnumerable<Project> Projects(string below) =>
        from path in Repository.Files
        where path.StartsWith(below, StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)
        let folder = path[..path.LastIndexOf('/')]
        let xml = XDocument.Parse(Repository.Read(path))
        select new Project(
            path,
            [.. xml.Descendants("ProjectReference").Select(reference => Resolve(folder, (string)reference.Attribute("Include")!))],
            [.. xml.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)],
            xml.Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null));

    private static string Resolve(string folder, string relative) =>
        Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", folder, relative.Replace('\\', '/'))));

    [GeneratedRegex(@"(?<![\w.])(File|Directory)\.(Open|Read|Write|Append|Create|Exists|Enumerate|Get|Delete|Move|Copy)\w*|"
        + @"\b(FileStream|System\.Net|HttpClient|Stopwatch|LibraryImport|DllImport)\b|"
        + @"\b(Process\.Start|TimeProvider\.System|Environment\.\w+)|(?<![\w.])Console\.\w+")]
    private static partial Regex InputOutput();
}
