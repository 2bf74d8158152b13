namespace Backup.Tests.Unit.Configuration;

/// <summary>Where the sources are that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        string at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Backup.Actors.sln")))
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("no solution above");
        return at;
    }
}
