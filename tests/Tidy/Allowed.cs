namespace Backup.Tests.Tidy;

/// <summary>
/// The exceptions from the rules, each with its reason: 'rule | path | reason' a line in Allowed.txt.
/// An exception that nobody needs any more is a fault too.
/// </summary>
internal static class Allowed
{
    private const string List = "tests/Tidy/Allowed.txt";
    private const int ReasonLengthMin = 20;

    public readonly record struct Exception(string Rule, string Path, string Reason);

    public static IReadOnlyList<Exception> Exceptions { get; } =
    [
        .. Repository.Read(List).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Parse),
    ];

    /// <summary>Fails with every fault that no exception covers, and with every exception of the rule that covers none.</summary>
    public static void Check(string rule, IEnumerable<Fault> faults)
    {
        Fault[] found = [.. faults];
        Exception[] allowed = [.. Exceptions.Where(exception => exception.Rule == rule)];
        IEnumerable<string> bad = found.Where(fault => allowed.All(exception => exception.Path != fault.Path))
            .Select(fault => fault.ToString());
        IEnumerable<string> idle = allowed.Where(exception => found.All(fault => fault.Path != exception.Path))
            .Select(exception => $"{List}: '{rule} | {exception.Path}' allows nothing any more: delete the line");
        string[] lines = [.. bad, .. idle];
        Assert.True(lines.Length == 0, $"rule '{rule}':\n" + string.Join('\n', lines));
    }

    private static Exception Parse(string line)
    {
        string[] parts = line.Split('|', StringSplitOptions.TrimEntries);
        Assert.True(parts.Length == 3 && parts[2].Length >= ReasonLengthMin, $"{List}: '{line}' is not 'rule | path | reason'");
        return new(parts[0], parts[1], parts[2]);
    }
}

internal readonly record struct Fault(string Path, int Line, string What)
{
    public override string ToString() => $"{Path}:{Line}: {What}";
}
