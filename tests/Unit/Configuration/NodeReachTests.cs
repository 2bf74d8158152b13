using Backup.Configuration;
using Backup.Configuration.Resources;

namespace Backup.Tests.Unit.Configuration;

/// <summary>Where a node is dialled, and where it dials.</summary>
public sealed class NodeReachTests
{
    [Fact]
    [Trait("Req", "NET-08")]
    public void A_clients_node_names_its_directors_and_says_nothing_of_itself()
    {
        NodeReach reach = Read("""roles = [client], directors = ["backup.example.org:9101", "10.0.0.2:9101"]""").Model!.Nodes["n"].Reach;
        Assert.Equal(["backup.example.org:9101", "10.0.0.2:9101"], reach.Directors);
        Assert.Null(reach.BulkAddress);
    }

    [Theory]
    [InlineData("roles = [client]", "directors is missing")]
    [InlineData("""roles = [director], control-listen = "0.0.0.0:9101" """, "give control-address too")]
    [InlineData("""roles = [storage], bulk-listen = "[::]:9103" """, "give bulk-address too")]
    public void What_nobody_could_dial_is_a_mistake(string keys, string line) =>
        Assert.Contains(line, Assert.Single(Read(keys).Mistakes).ToString(), StringComparison.Ordinal);

    [Fact]
    public void An_address_makes_any_listening_place_right()
    {
        ConfigurationResult read = Read(
            """
            roles = [director], control-listen = "0.0.0.0:9101", control-address = "d:9101"
            bulk-listen = "[::]:9103", bulk-address = "d:9103"
            """);
        Assert.Equal(("d:9101", "d:9103"), (read.Model!.Nodes["n"].Reach.ControlAddress, read.Model.Nodes["n"].Reach.BulkAddress));
    }

    private static ConfigurationResult Read(string keys) =>
        BackupConfiguration.Load([new ConfigurationText("test.conf", $$"""Node { n { {{keys}}, data-directory = var } }""")]);
}
