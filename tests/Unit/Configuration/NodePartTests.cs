using Backup.Configuration;
using Backup.Configuration.Resources;

namespace Backup.Tests.Unit.Configuration;

/// <summary>Files of one node each: what they are complete for, and what the others know.</summary>
public class NodePartTests
{
    private static BackupConfiguration Load(string text)
    {
        ConfigurationResult result = BackupConfiguration.Load([new ConfigurationText("a.conf", text)]);
        Assert.Empty(result.Mistakes.Select(mistake => mistake.ToString()));
        return result.Model!;
    }

    private static string[] Parts(string text) => [.. NodeParts.Of(Load(text)).Select(part => part.ToString())];

    [Theory]
    [Trait("Req", "CFG-02")]
    [InlineData("one-host.conf", "node archive: director: ", "node archive: storage: storage disk",
        "node archive: client: client archive-host")]
    [InlineData("director.conf", "node main: director: ", "node vault: in a file of its own: storage vault",
        "node web1: in a file of its own: client web1", "node mail: in a file of its own: client post")]
    [InlineData("storage.conf", "node vault: storage: storage vault")]
    [InlineData("client.conf", "node web1: client: client web1")]
    public void Each_example_is_complete_for_its_nodes(string example, params string[] parts)
    {
        string[] told = Parts(File.ReadAllText(Path.Combine(Repository.Root, "config/hocon/examples", example)));
        Assert.Equal(parts.Length, told.Length);
        foreach ((string expected, string line) in parts.Zip(told)) Assert.StartsWith(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_role_lacks_is_told() => Assert.Equal(
        [
            "node n: director: there is no Job: nothing would ever run",
            "node n: storage: there is no Storage of this node: nothing could be stored",
        ],
        Parts("Node { n { roles = [director, storage], data-directory = v } }"));

    [Theory]
    [InlineData("Storage { s { folder = f } }", "n")]
    [InlineData("Storage { far { node = far } }", "far")]
    [InlineData("Storage { n { folder = f } }", "n")]
    public void A_storage_belongs_to_the_node_named_or_to_the_only_one_that_can(string storage, string node) => Assert.Equal(
        node, Assert.Single(Load($"Node {{ n {{ roles = storage, data-directory = v }} }}\n{storage}").Storages.Values).Node);
}
