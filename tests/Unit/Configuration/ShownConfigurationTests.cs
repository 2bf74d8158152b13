using System.Text.Json;
using System.Text.RegularExpressions;
using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Configuration.Versions;

namespace Backup.Tests.Unit.Configuration;

/// <summary>What is shown of a configuration is a configuration, and says the same.</summary>
public class ShownConfigurationTests
{
    /// <summary>Every kind, each with every key that it has; a test holds it complete.</summary>
    private static readonly string Everything = File.ReadAllText(
        Path.Combine(Repository.Root, "tests/Unit/Configuration/Corpus/everything.conf"));

    private static BackupConfiguration Load(string text)
    {
        ConfigurationResult result = BackupConfiguration.Load(
            [new ConfigurationText("a.conf", text)], environment: name => name == "PLACE" ? "/srv/\"odd\\ place//#" : null);
        Assert.Empty(result.Mistakes.Select(mistake => mistake.ToString()));
        return result.Model!;
    }

    public static TheoryData<string> Kinds => [.. KeysByKind.Keys];

    /// <summary>As the reference page has them, which is made from the one table.</summary>
    private static readonly Dictionary<string, string[]> KeysByKind = ReferencePage.Render().Split("\n## ")[1..]
        .Where(part => part.Contains("| key | value |", StringComparison.Ordinal))
        .ToDictionary(part => part.Split('\n')[0], part => Regex.Matches(part, @"^\| `([a-z-]+)` \|", RegexOptions.Multiline)
            .Select(row => row.Groups[1].Value).ToArray());

    [Theory]
    [Trait("Req", "CFG-02")]
    [Trait("Req", "CFG-11")]
    [MemberData(nameof(Kinds))]
    public void A_resource_of_each_kind_with_all_its_keys_is_equal_when_what_is_shown_is_read_again(string kind)
    {
        BackupConfiguration first = Load(Everything);
        ShownResource[] written = [.. first.Shown.Where(shown => shown.Kind == kind)];
        Assert.NotEmpty(written);
        string[] given = [.. written.SelectMany(shown => shown.Keys).Where(key => !key.IsDefault).Select(key => key.Name)];
        Assert.Empty(KeysByKind[kind].Except(["mail"]).Except(given));
        BackupConfiguration again = Load(string.Concat(first.Shown.Select(shown => shown.ToHocon())));
        Assert.Equal(
            written.Select(shown => shown.ToHocon()), again.Shown.Where(shown => shown.Kind == kind).Select(shown => shown.ToHocon()));
        Assert.Empty(ConfigurationDiff.Between(first, again));
        Assert.Equal(JsonSerializer.Serialize(first), JsonSerializer.Serialize(again));
    }

    [Fact]
    [Trait("Req", "CFG-02")]
    public void A_secret_is_shown_to_nobody_and_its_change_is_still_seen()
    {
        ShownResource before = new("Catalog", "c", [new ShownKey("password", "old", IsSecret: true)]);
        ShownResource after = new("Catalog", "c", [new ShownKey("password", "new", IsSecret: true)]);
        Assert.Equal("Catalog {\n  c {\n    password = \"***\"\n  }\n}\n", after.ToHocon());
        BackupConfiguration model = Load("");
        Assert.Equal(
            ["changed Catalog c: password = \"***\" (was \"***\")"],
            ConfigurationDiff.Between(model with { Shown = [before] }, model with { Shown = [after] }).Select(line => line.ToString()));
    }

    [Fact]
    public void What_is_not_written_is_shown_as_a_comment() => Assert.Equal(
        "Client {\n  \"a.b\" {\n    # jobs-at-once = 1\n  }\n}\n", Assert.Single(Load("Client { \"a.b\" { } }").Shown).ToHocon());

    [Fact]
    [Trait("Req", "CFG-01")]
    public void A_difference_names_resource_key_and_both_values()
    {
        const string same = "Pool { b { label-format = \"B-{01}\" } }\n";
        BackupConfiguration before = Load(same + "Pool { a { volumes-max = 3, label-automatically = no } }\nClient { c { } }");
        BackupConfiguration after = Load("Client { d { } }\nPool { a { volumes-max = 4, volume-size-max = 1 GiB } }\n" + same);
        Assert.Equal(
            [
                "added Client d",
                "added Pool a: volume-size-max = 1 GiB",
                "changed Pool a: volumes-max = 4 (was 3)",
                "removed Pool a: label-automatically (was no)",
                "removed Client c",
            ],
            ConfigurationDiff.Between(before, after).Select(line => line.ToString()));
    }

    [Fact]
    [Trait("Req", "CFG-01")]
    public void Kept_texts_give_the_same_model_without_any_file()
    {
        var disk = new Dictionary<string, string> { ["/e/p/pools.conf"] = "Pool { a { label-format = ${?FORMAT} } }" };
        ConfigurationText[] given =
            [new("/e/main.conf", "include \"p/pools.conf\"\nClient { c { } }"), new("/e/more.conf", "Client { d { } }")];
        (ConfigurationBundle bundle, ConfigurationResult result) = ConfigurationBundle.Read(
            given, disk.GetValueOrDefault, name => name == "FORMAT" ? "A-{01}" : null);
        Assert.Equal(["/e/p/pools.conf"], bundle.Included.Select(file => file.Name));
        ConfigurationResult again = bundle.Load(name => name == "FORMAT" ? "A-{01}" : null);
        Assert.Empty(ConfigurationDiff.Between(result.Model!, again.Model!));
        Assert.Equal("A-{01}", again.Model!.Pools["a"].LabelFormat);
        disk["/e/p/pools.conf"] += " ";
        (ConfigurationBundle other, _) = ConfigurationBundle.Read(given, disk.GetValueOrDefault, _ => null);
        Assert.False(bundle.Says(other));
        Assert.NotEqual(bundle.Digest, other.Digest);
    }
}
