using Backup.Configuration.Resources;
using Backup.Configuration.Variables;

namespace Backup.Tests.Unit.Configuration;

public class VariableTests
{
    private static string Expand(string text) => TemplateText.Parse(text).Expand(part => part switch
    {
        VariablePart variable => $"<{variable.Name}>",
        CounterPart counter => $"<counter {counter.Counter}>",
        _ => "?",
    });

    [Theory]
    [Trait("Req", "CFG-03")]
    [InlineData("job %(JobId) of %(Client)", "job <JobId> of <Client>")]
    [InlineData("%(JobName)%(Level)", "<JobName><Level>")]
    [InlineData("100% of %%(JobId), 5 %", "100% of %(JobId), 5 %")]
    [InlineData("Vol-%(Counter:daily)", "Vol-<counter daily>")]
    [InlineData("", "")]
    public void Named_variables_are_expanded_and_all_else_stays(string text, string expanded) => Assert.Equal(expanded, Expand(text));

    [Theory]
    [Trait("Req", "CFG-03")]
    [InlineData("%(Jobid)")]
    [InlineData("%(Name)")]
    [InlineData("%()")]
    public void An_unknown_name_is_refused_with_all_there_are(string text)
    {
        string message = Assert.Throws<FormatException>(() => TemplateText.Parse(text)).Message;
        Assert.StartsWith($"'{text}' is no variable; known: JobId, JobName, ", message, StringComparison.Ordinal);
        Assert.All(TemplateVariables.All, known => Assert.Contains(known.Name, message, StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Req", "CFG-04")]
    [InlineData("%j", "'%j' is an old variable; write '%(JobName)', or '%%j' for the characters themselves")]
    [InlineData("run %i now", "'%i' is an old variable; write '%(JobId)', or '%%i' for the characters themselves")]
    [InlineData("date +%Y", "'%Y' is no variable; variables are written %(JobId), and '%%Y' is the characters themselves")]
    [InlineData("a %(JobId", "'%(JobId': the bracket is not closed; a variable is written %(JobId)")]
    [InlineData("%(Counter:a b)", "'%(Counter:a b)' names no counter; it is written %(Counter:NAME) or %(Counter:NAME:4)")]
    [InlineData("%(Counter:a:11)", "'%(Counter:a:11)' names no counter; it is written %(Counter:NAME) or %(Counter:NAME:4)")]
    public void Old_letters_are_refused_and_their_names_told(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => TemplateText.Parse(text)).Message);

    [Fact]
    [Trait("Req", "CFG-04")]
    public void Every_old_letter_leads_to_one_name()
    {
        string letters = string.Concat(TemplateVariables.All.Select(known => known.Letters));
        Assert.Equal(letters.Length, letters.Distinct().Count());
        Assert.Equal("JobName", TemplateVariables.ForLetter('n')!.Name);
    }

    [Fact]
    [Trait("Req", "CFG-03")]
    public void The_reference_page_has_every_variable() =>
        Assert.All(TemplateVariables.All, known =>
            Assert.Contains($"| `%({known.Name})` |", ReferencePage.Render(), StringComparison.Ordinal));
}
