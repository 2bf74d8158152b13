using Backup.Commands;
using Backup.Consoles;
using Backup.Consoles.Output;

namespace Backup.Tests.Unit.ConsoleOutput;

/// <summary>Shows documents as the console would, and gives what it wrote.</summary>
internal static class Answers
{
    public static (string Output, string Error, AnswerText Answer) Show(bool isTerminal, params ApiEvent[] documents)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var terminal = new ConsoleTerminal(TextReader.Null, output, error) { IsTerminal = isTerminal, Width = 60 };
        var answer = new AnswerText(terminal);
        foreach (ApiEvent document in documents) answer.Show(document);
        answer.Finish();
        return (output.ToString(), error.ToString(), answer);
    }
}
