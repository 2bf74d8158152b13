using System.Text.RegularExpressions;

namespace Backup.Tests.Tidy;

/// <summary>One script runs every test there is, and the pipeline runs that script on each change.</summary>
public sealed partial class RunAllTests
{
    [Fact]
    [Trait("Req", "TST-01")]
    public void Every_project_with_tests_is_built_and_run_by_the_one_script_that_the_pipeline_runs()
    {
        Assert.Contains("for project in tests/*/*.csproj; do", Repository.Read("test"), StringComparison.Ordinal);
        Assert.Matches(PipelineRunsTest(), Repository.Read(".ci/run"));
        string solution = Repository.Read("Backup.Actors.sln").Replace('\\', '/');
        Allowed.Check("run-by-test",
            from source in Repository.CSharp("tests/")
            where source.CodeLines.Any(line => line.Contains("[Fact", StringComparison.Ordinal)
                || line.Contains("[Theory", StringComparison.Ordinal))
            let name = source.Path.Split('/')[1]
            let project = $"tests/{name}/{name}.csproj"
            where !Repository.Exists(project) || !solution.Contains(project, StringComparison.Ordinal)
                || !Repository.Read(project).Contains("<IsTestProject>true", StringComparison.Ordinal)
            select new Fault(source.Path, 1, $"no ./test runs its tests: {project} must be there, in the solution, and a test project"));
    }

    [GeneratedRegex(@"(?m)^[^#\n]*\./test\b")]
    private static partial Regex PipelineRunsTest();
}
