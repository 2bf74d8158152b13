using Backup.Filesets.Restore;

namespace Backup.Tests.Unit.Restore;

public class ProblemListTests
{
    [Fact]
    [Trait("Req", "RST-09")]
    public void What_is_not_for_want_of_rights_is_listed_first_however_many_others_came_before()
    {
        var problems = new ProblemList();
        for (int i = 0; i < 2 * ProblemList.KeptMax; i++) problems.Add("/r/a"u8, "owner not set", needsRoot: true);
        problems.Add("/r/b"u8, "disk full");

        Assert.Equal((2 * ProblemList.KeptMax + 1, 1), (problems.Count, problems.FailureCount));
        Assert.Equal(ProblemList.KeptMax + 1, problems.First.Count);
        Assert.Equal("disk full", problems.First[0].Reason);
        Assert.All(problems.First.Skip(1), problem => Assert.True(problem.NeedsRoot));
    }
}
