using Backup.Configuration;
using Backup.Volumes.Blocks;

namespace Backup.Tests.Unit.Configuration;

[Trait("Req", "CFG-02")]
public class ConfigurationMistakeTests
{
    private const string Sound = """
        Node { n { roles = [director, storage, client], data-directory = var } }
        Client { c1 { node = n } }
        Storage { disk { node = n, folder = volumes } }
        Pool { daily { } }
        FileSet { home { paths = /home } }
        Job { nightly { client = c1, fileset = home, storage = disk, pool = daily } }

        """;

    private static string[] Mistakes(string text) =>
        [.. BackupConfiguration.Load([new ConfigurationText("a.conf", text)]).Mistakes.Select(mistake => mistake.ToString())];

    [Fact]
    [Trait("Req", "DEV-10")]
    public void Blocks_that_the_drives_do_not_take_are_refused_with_what_they_take() => Assert.Equal(
        ["a.conf:7:29: Storage s2: 262144 bytes are no block for these drives: they take 1-245760 bytes"],
        Mistakes(Sound + "Storage { s2 { library = v, block-size = 256 KiB, block-limits = 1-245760 } }"));

    /// <summary>The configuration does not know the volume's format: what it says of it is held against it here.</summary>
    [Fact]
    [Trait("Req", "DEV-10")]
    public void Drives_must_take_the_shortest_block_that_a_volume_has()
    {
        string With(int least) => Sound + $"Storage {{ s2 {{ library = v, block-limits = {least}-1048576 }} }}";
        Assert.Empty(Mistakes(With(BlockCodec.ShortestBlock)));
        Assert.Single(Mistakes(With(BlockCodec.ShortestBlock + 1)));
    }

    [Fact]
    public void The_sound_configuration_has_no_mistake() => Assert.Empty(Mistakes(Sound));

    [Theory]
    [InlineData("Jop { x { } }", "a.conf:7:1: 'Jop' is no kind of resource; nearest: Job")]
    [InlineData("Client { c2 { nod = n } }", "a.conf:7:15: Client c2: 'nod' is no key of a Client; nearest: node")]
    [InlineData("Client { c1 { } }", "a.conf:7:10: 'c1' is defined twice: here and at a.conf:2")]
    [InlineData("Client { c2 { node = n, node = n } }", "a.conf:7:25: 'node' is defined twice: here and at a.conf:7")]
    [InlineData("Client { \"-c\" { } }",
        "a.conf:7:10: Client -c: a name has letters, digits, '.', '_', '-', begins with a letter or digit and has at most 64 characters")]
    [InlineData("Client = 5", "a.conf:7:1: 'Client' is defined twice: here and at a.conf:2")]
    [InlineData("Director = 5", "a.conf:7:1: Director: resources are written 'Director { NAME { ... } }'")]
    [InlineData("Director { d = 5 }", "a.conf:7:12: Director d: a Director is written 'd { key = value ... }'")]
    [InlineData("Director { d { jobs-at-once = 0 } }", "a.conf:7:31: Director d: jobs-at-once: '0' is no whole number from 1 to 10000")]
    [InlineData("Director { d { jobs-at-once = [1, 2] } }", "a.conf:7:31: Director d: jobs-at-once wants one value, not an array")]
    [InlineData("Director { d { volume-wait = 90 } }",
        "a.conf:7:30: Director d: volume-wait: '90' may mean 90 seconds or 90 minutes; write '90 s' or '90 min'")]
    [InlineData("Storage { s2 { } }",
        "a.conf:7:11: Storage s2: folder is missing: it is of node 'n', whose file this is; or give node = NAME, where it is another's")]
    [InlineData("Storage { s2 { folder = v, library = lib } }",
        "a.conf:7:28: Storage s2: a storage is a folder of disk volumes or a library: give one of the two")]
    [InlineData("Storage { s2 { folder = v, slots = 4 } }", "a.conf:7:28: Storage s2: slots is of a library; give library = FOLDER too")]
    [InlineData("Storage { s2 { library = v, cartridge-size = 100 KiB } }",
        "a.conf:7:29: Storage s2: 102400 bytes are too few for a cartridge; at least 512 KiB")]
    [InlineData("Storage { s2 { folder = v, block-size = 100 KB } }",
        "a.conf:7:28: Storage s2: 100000 bytes are no size of a block; a multiple of 4 KiB from 64 KiB to 4 MiB")]
    [InlineData("Storage { s2 { folder = v, block-limits = 1-245760 } }",
        "a.conf:7:28: Storage s2: block-limits is of a library; give library = FOLDER too")]
    [InlineData("Storage { s2 { library = v, block-limits = 245760 } }", "a.conf:7:44: Storage s2: block-limits: '245760' are no block "
        + "limits; the least and the most bytes, for example 1-245760")]
    [InlineData("Storage { s2 { library = v, block-limits = 512-1048576 } }", "a.conf:7:44: Storage s2: block-limits: drives that take "
        + "512-1048576 bytes are of no use: volumes have blocks of 88 to 65536 bytes at least")]
    [InlineData("Storage { s2 { folder = v, append-check = all } }",
        "a.conf:7:43: Storage s2: append-check: 'all' is not known here; known: end, whole")]
    [InlineData("Storage { s2 { folder = v, volume-size = 1 MB } }",
        "a.conf:7:28: Storage s2: 1000000 bytes are too few for a volume; at least 16 MiB")]
    [InlineData("Pool { p2 { } }", "a.conf:7:8: Pool p2: pool 'daily' names its volumes \"Vol-{0001}\" too; give each pool its own")]
    [InlineData("Pool { p2 { label-format = vol } }",
        "a.conf:7:28: Pool p2: label-format: 'vol' needs one counter, its digits the width; for example \"Vol-{0001}\"")]
    [InlineData("FileSet { f { } }", "a.conf:7:11: FileSet f: paths is missing: give the roots, or paths-per-run = yes")]
    [InlineData("FileSet { f { paths = [/a, home] } }", "a.conf:7:28: FileSet f: paths: 'home' does not begin with '/'")]
    [InlineData("FileSet { f { paths = /a, rules = [\"exclude glob x\"] } }",
        "a.conf:7:36: FileSet f: rules: 'exclude glob x' is no rule; a rule is \"exclude|include path|wildcard|regex PATTERN\"")]
    [InlineData("FileSet { f { paths = /a, compression-level = 3 } }", "a.conf:7:27: FileSet f: a level needs compression = zstd")]
    [InlineData("FileSet { f { paths = /a, nodump = maybe } }", "a.conf:7:36: FileSet f: nodump: 'maybe' is neither yes nor no")]
    [InlineData("Job { j { client = c1, storage = disk, pool = daily } }", "a.conf:7:7: Job j: fileset is missing: a backup needs one")]
    [InlineData("Job { j { client = c1, storage = disk, pool = daily, fileset = home, level = Incremetal } }",
        "a.conf:7:78: Job j: level: 'Incremetal' is not known here; nearest: Incremental")]
    [InlineData("Job { j { defaults = d } }", "a.conf:7:11: Job j: defaults: there is no JobDefs 'd'")]
    [InlineData("Node { m { roles = storage, data-directory = x, bulk-listen = \"host\" } }",
        "a.conf:7:63: Node m: bulk-listen: 'host' is no host:port; for example \"127.0.0.1:9103\"")]
    [InlineData("Node { m { roles = storage, data-directory = x, bulk-listen = 127.0.0.1:9 } }",
        "a.conf:7:72: ':' cannot stand here; text with such a character is written in quotes")]
    [InlineData("Client { c2 { ", "a.conf:7:13: this '{' is not closed")]
    [InlineData("}", "a.conf:7:1: this '}' closes nothing")]
    [InlineData("Client { c2 { node = \"n } }", "a.conf:7:22: the quote is not closed on its line")]
    [InlineData("Client { c2 { node = ${x.y} } }",
        "a.conf:7:22: ${x.y}: nothing is defined under that path, and the environment has no such variable")]
    [InlineData("Client { c2 { node = ${Client.c2.node} } }", "a.conf:7:22: a substitution leads back to itself")]
    [InlineData("include \"b.conf\"", "a.conf:7:1: 'b.conf' is included and cannot be read")]
    [InlineData("Client { c2 { node += n } }", "a.conf:7:20: '+=' is not supported: give the whole array")]
    public void A_mistake_is_told_with_its_place_and_what_would_be_right(string line, string mistake) =>
        Assert.Contains(mistake, Mistakes(Sound + line));

    [Fact]
    public void A_client_of_a_node_without_the_role_is_a_mistake() => Assert.Equal(
        ["a.conf:8:15: Client c2: node 'm' has no role Client"],
        Mistakes(Sound + "Node { m { roles = storage, data-directory = m } }\nClient { c2 { node = m } }"));

    [Fact]
    public void All_mistakes_are_told_in_file_order_not_the_first()
    {
        string[] mistakes = Mistakes("Job { a { clint = x, level = Ful } }\nPool { p { volume-size-max = 10x } }");
        Assert.Equal(
            ["a.conf:1:7", "a.conf:1:7", "a.conf:1:7", "a.conf:1:7", "a.conf:1:11", "a.conf:1:30", "a.conf:2:30"],
            mistakes.Select(mistake => mistake[..mistake.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public void A_mistake_in_one_line_does_not_hide_one_in_the_next() =>
        Assert.Equal(2, Mistakes("Node { n {\n data-directory = a:b\n roles = c:d\n} }").Length);

    [Fact]
    public void Nesting_and_size_have_limits()
    {
        Assert.Contains("nested more than", Assert.Single(Mistakes(string.Concat(Enumerable.Repeat("a { ", 5000)))),
            StringComparison.Ordinal);
        Assert.Contains("nested more than", Assert.Single(Mistakes("a = " + new string('[', 5000))), StringComparison.Ordinal);
        Assert.Contains("characters", Assert.Single(Mistakes(new string('#', 2_000_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_doubles_itself_is_stopped()
    {
        string text = "a0 = xxxxxxxxxxxxxxxx\n" + string.Concat(Enumerable.Range(1, 30).Select(i =>
            $"a{i} = ${{a{i - 1}}}${{a{i - 1}}}\n"));
        Assert.Contains(Mistakes(text), mistake => mistake.Contains("the text becomes longer", StringComparison.Ordinal));
    }
}
