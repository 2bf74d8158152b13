using Backup.Commands;

namespace Backup.Tests.Unit.Commands;

public sealed class CommandTableTests
{
    public static TheoryData<CommandId> Ids => [.. Enum.GetValues<CommandId>()];

    [Theory]
    [Trait("Req", "CON-12")]
    [MemberData(nameof(Ids))]
    public void Every_command_has_one_row_an_example_that_parses_to_it_and_help_that_names_all_its_keys(CommandId id)
    {
        CommandDefinition command = Assert.Single(CommandTable.Commands, row => row.Id == id);
        Assert.Equal(id, CommandParser.Utc.ParseLine(command.Example).Id);
        string help = CommandHelp.Of(command.Object is null ? [command.Verb] : [command.Verb, command.Object]);
        Assert.StartsWith(command.Name + ": " + command.Help, help, StringComparison.Ordinal);
        foreach (KeyDefinition key in command.Keys) Assert.Contains($"    {CommandHelp.Usage(key)}", help, StringComparison.Ordinal);
        Assert.Contains(command.Name, CommandHelp.All(), StringComparison.Ordinal);
        Assert.DoesNotContain(help.Split('\n'), line => line.Length > 300);
    }

    [Fact]
    public void Keys_named_by_rules_are_keys_of_the_command_and_names_are_lower_case()
    {
        foreach (CommandDefinition command in CommandTable.Commands)
        {
            IEnumerable<string> named = [.. command.RequiredOneOf,
                .. command.Excluding.SelectMany(pair => new[] { pair.First, pair.Second })];
            named = named.Concat(command.NeedlessWith).Concat(command.NeedsYesWith).Concat(command.ActsWith);
            if (command.NeedsYes || command.NeedsYesWith.Count > 0) named = named.Append("yes");
            Assert.All(named, name => Assert.NotNull(command.Key(name)));
            Assert.Equal(command.Keys.Count, command.Keys.Select(key => key.Name).Distinct().Count());
            Assert.All(command.Keys, key => Assert.Equal(key.Name.ToLowerInvariant(), key.Name));
        }
    }

    [Fact]
    public void Help_of_an_unknown_word_is_refused_with_the_nearest()
    {
        Assert.Equal("'restor3' is no command; did you mean restore or report or reload?",
            Assert.Throws<CommandUsageException>(() => CommandHelp.Of(["restor3"])).Message);
        Assert.Equal("'run' stands alone; 'help run' tells about it",
            Assert.Throws<CommandUsageException>(() => CommandHelp.Of(["run", "jobs"])).Message);
        Assert.Contains("list volumes:", CommandHelp.Of(["list"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "st", "status")]
    [InlineData("list", "f", "files filesets")]
    [InlineData("run job=a", "l", "level=")]
    [InlineData("run job=a", "job", "")]
    [InlineData("run root=/a", "root", "root=")]
    [InlineData("status storage=d", "sto", "")]
    [InlineData("help li", "j", "jobs jobmedia")]
    [InlineData("nonsense", "", "")]
    public void Completion_gives_the_words_that_may_follow(string words, string typed, string expected) =>
        Assert.Equal(expected, string.Join(' ', CommandCompletion.Of(CommandLine.Split(words), typed)));

    [Fact]
    public void CommandReference_page_is_current()
    {
        string path = Path.Combine(Repository(), "docs/reference/commands.md");
        if (Environment.GetEnvironmentVariable("BACKUP_REGENERATE") == "1") File.WriteAllText(path, CommandReference.Markdown());
        Assert.Equal(File.ReadAllText(path), CommandReference.Markdown());
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Backup.Actors.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
