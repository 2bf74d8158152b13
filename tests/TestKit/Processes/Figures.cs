using System.Globalization;

namespace Backup.TestKit.Processes;

/// <summary>What a node with <c>metrics-listen</c> tells of itself.</summary>
public static class Figures
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The value of a figure now, summed over its labels; 0 where it has none yet.</summary>
    public static double Of(string endpoint, string figure)
    {
        using HttpResponseMessage answer = Http.Send(new HttpRequestMessage(HttpMethod.Get, $"http://{endpoint}/metrics"));
        answer.EnsureSuccessStatusCode();
        using var text = new StreamReader(answer.Content.ReadAsStream());
        double sum = 0;
        while (text.ReadLine() is { } line)
        {
            if (!line.StartsWith(figure, StringComparison.Ordinal) || line.Length == figure.Length || line[figure.Length] is not ('{' or ' '))
                continue;
            string value = line.Split("} ", 2) is [_, { } behind] ? behind : line[(figure.Length + 1)..];
            sum += double.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
        }
        return sum;
    }
}
