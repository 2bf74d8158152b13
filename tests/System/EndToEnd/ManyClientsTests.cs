using Backup.TestKit.Processes;
using Xunit.Abstractions;

namespace Backup.Tests.System.EndToEnd;

/// <summary>
/// The bench of many clients, small: four client processes with three jobs each, all due at one moment under limits of director, clients
/// and storages, with two priorities for one storage. The script judges the order, the limits, the ends and the restored trees.
/// </summary>
public sealed class ManyClientsTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Req", "JOB-01")]
    [Trait("Req", "JOB-02")]
    [Trait("Req", "JOB-04")]
    public void Jobs_of_many_clients_due_at_once_keep_limits_and_order_and_come_back_identical()
    {
        string[] programs = [Path.GetDirectoryName(BuiltPrograms.Node)!, Path.GetDirectoryName(BuiltPrograms.Console)!];
        ProgramRun run = ProgramRun.Of(
            BuiltPrograms.Script("benchmarks/many-clients"), ["--clients", "4", "--scale", "0.5", "--by-hand", "15", .. programs],
            TimeSpan.FromMinutes(8)); // 20 s on a machine of its own
        output.WriteLine(run.Output);
        Assert.Equal("result: OK", run.EndsWith(0).Lines[^1]);
    }
}
