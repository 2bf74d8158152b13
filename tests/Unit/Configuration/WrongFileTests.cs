using System.Text;
using Backup.Configuration;
using CsCheck;

namespace Backup.Tests.Unit.Configuration;

/// <summary>The corpus of wrong files: each is told in exactly these lines. And what is near to right files, which must end too.</summary>
public class WrongFileTests
{
    private const string Main = "a.conf";

    private sealed record WrongFile(Dictionary<string, string> Files, List<string> Expected);

    private static readonly string Sound = File.ReadAllText(Path.Combine(Repository.Root, "tests/Unit/Configuration/Corpus/sound.conf"));
    private static readonly Dictionary<string, WrongFile> Corpus = Read();

    public static TheoryData<string> Titles => [.. Corpus.Keys];

    private static Dictionary<string, WrongFile> Read()
    {
        var corpus = new Dictionary<string, WrongFile>();
        string text = File.ReadAllText(Path.Combine(Repository.Root, "tests/Unit/Configuration/Corpus/wrong-files.txt"));
        foreach (string part in text.Split("\n== ")[1..])
        {
            string[] lines = part.TrimEnd('\n').Split('\n');
            var files = new Dictionary<string, StringBuilder> { [Main] = new() };
            var expected = new List<string>();
            string at = Main;
            foreach (string line in lines[1..])
            {
                if (line.StartsWith("=> ", StringComparison.Ordinal)) expected.Add(line[3..]);
                else if (line.StartsWith(">> ", StringComparison.Ordinal)) files[at = line[3..]] = new StringBuilder();
                else files[at].Append(line == "@" ? "include \"sound.conf\"" : line).Append('\n');
            }
            corpus.Add(lines[0], new WrongFile(files.ToDictionary(file => file.Key, file => file.Value.ToString()), expected));
        }
        return corpus;
    }

    private static ConfigurationResult Load(Dictionary<string, string> files) => BackupConfiguration.Load(
        [new ConfigurationText(Main, files[Main])], path => path == "sound.conf" ? Sound : files.GetValueOrDefault(path));

    [Fact]
    public void The_sound_file_is_sound_and_the_corpus_is_large()
    {
        Assert.Empty(Load(new Dictionary<string, string> { [Main] = Sound }).Mistakes);
        Assert.InRange(Corpus.Count, 60, int.MaxValue);
    }

    [Theory]
    [Trait("Req", "CFG-02")]
    [Trait("Req", "CFG-05")]
    [Trait("Req", "CFG-06")]
    [Trait("Req", "SEC-03")]
    [MemberData(nameof(Titles))]
    public void A_wrong_file_is_told_in_these_lines(string title)
    {
        WrongFile wrong = Corpus[title];
        ConfigurationResult result = Load(wrong.Files);
        Assert.Null(result.Model);
        string[] told = [.. result.Mistakes.Select(mistake => mistake.ToString())];
        Assert.True(wrong.Expected.SequenceEqual(told),
            $"{title}: wanted\n{string.Join('\n', wrong.Expected)}\ntold\n{string.Join('\n', told)}");
    }

    /// <summary>A right file with a few of its characters changed reaches further than noise does.</summary>
    [Fact]
    public void A_file_with_some_characters_changed_gives_a_model_or_mistakes_and_ends()
    {
        string example = File.ReadAllText(Path.Combine(Repository.Root, "config/hocon/examples/one-host.conf"));
        string[] pieces =
            ["", "{", "}", "[", "]", "\"", "\"\"\"", "${", "${?a}", "=", "\n", "include \"a.conf\"\n", "\\", "%(x)", "\0", "9"];
        Gen<(int At, int Length, string By)> edit = Gen.Select(
            Gen.Int[0, example.Length - 1], Gen.Int[0, 12],
            Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]));
        edit.Array[1, 6].Sample(edits =>
        {
            string text = example;
            foreach ((int at, int length, string by) in edits)
            {
                int start = Math.Min(at, text.Length);
                text = text.Remove(start, Math.Min(length, text.Length - start)).Insert(start, by);
            }
            ConfigurationResult result = Load(new Dictionary<string, string> { [Main] = text });
            Assert.True(result.Model is null != (result.Mistakes.Count == 0));
            Assert.All(result.Mistakes, mistake => Assert.DoesNotContain(mistake.ToString(), char.IsControl));
        }, iter: 3000);
    }
}
