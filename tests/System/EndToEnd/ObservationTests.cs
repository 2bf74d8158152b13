using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Backup.TestKit.Processes;

namespace Backup.Tests.System.EndToEnd;

/// <summary>What a node tells a monitoring system: figures, health, and a log whose lines have fields.</summary>
public sealed partial class ObservationTests : NodeTest
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public ObservationTests() => Configure("bulk-listen = ", "metrics-listen = \"127.0.0.1:0\"\n    bulk-listen = ");

    [Fact]
    public void Figures_of_a_job_are_those_of_its_report()
    {
        string folder = Folder("source", ("a", "content of a"), ("b/c", "content of c"));
        Node.Start();
        long job = Backup(folder);
        string figures = Get("/metrics", HttpStatusCode.OK);
        Assert.Equal(1, Figure(figures, "backup_jobs_ended_total", "state=\"Ok\""));
        Assert.Equal(0, Figure(figures, "backup_storage_sessions", "quickstart-storage"));
        Assert.Equal(1, Figure(figures, "backup_client_attached", "quickstart-client"));
        Assert.Equal(Job(job).GetProperty("files").GetDouble(), Figure(figures, "backup_client_files_total", "quickstart-client"));
        Assert.Equal(24, Figure(figures, "backup_client_read_bytes_total", "quickstart-client"));
        Assert.True(Figure(figures, "backup_storage_received_bytes_total", "quickstart-storage") > 24);
        Assert.True(Figure(figures, "backup_storage_commit_points_total", "quickstart-storage") >= 1);
        Assert.DoesNotContain("source", figures, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc", figures, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_well_says_so_probe_by_probe_and_garbage_on_the_port_changes_nothing()
    {
        Node.Start();
        var address = new Uri(Address());
        using (var garbage = new TcpClient(address.Host, address.Port))
            garbage.GetStream().Write("\0\u0016\u0003\u0001 no HTTP\r\n\r\n"u8);
        using var silent = new TcpClient(address.Host, address.Port);
        string health = Get("/health/ready", HttpStatusCode.OK);
        string[] expected = ["ok", "catalog: ok", "client quickstart-client: ok", "storage quickstart-storage: ok"];
        Assert.Equal(expected, health.TrimEnd('\n').Split('\n'));
        Assert.Equal("ok\n", Get("/health/live", HttpStatusCode.OK));
        Get("/", HttpStatusCode.NotFound);
    }

    [Fact]
    public void The_log_has_the_number_of_a_job_as_a_field()
    {
        string folder = Folder("source", ("a", "content"));
        Node.Start();
        long job = Backup(folder);
        Node.Stop();
        string log = Directory.GetFiles(Path.Combine(Node.Data, "log")).Single();
        JsonElement[] ofTheJob = [.. File.ReadLines(log).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("JobId", out JsonElement id) && id.GetInt64() == job)];
        Assert.Contains(ofTheJob, line => line.TryGetProperty("State", out JsonElement state) && state.GetString() == "Ok");
        Assert.All(ofTheJob, line => Assert.Equal("quickstart-node", line.GetProperty("Node").GetString()));
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_with_its_key()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Configure("metrics-listen = \"127.0.0.1:0\"", $"metrics-listen = \"{taken.LocalEndpoint}\"");
        ProgramRun.Of(BuiltPrograms.Node, ["run", "--config", Node.Configuration, "--data", Node.Data])
            .IsRefused(1, "metrics-listen", taken.LocalEndpoint.ToString()!);
    }

    private string Get(string path, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = _http.Send(new HttpRequestMessage(HttpMethod.Get, Address() + path));
        using var reader = new StreamReader(answer.Content.ReadAsStream());
        string text = reader.ReadToEnd();
        Assert.True(answer.StatusCode == expected, $"{path}: {answer.StatusCode}\n{text}");
        return text;
    }

    private string Address() => PrintedAddress().Match(Node.Log).Value;

    private static double Figure(string figures, string name, string label)
    {
        string line = Assert.Single(figures.Split('\n'), line => line.StartsWith(name + "{", StringComparison.Ordinal)
            && line.Contains(label, StringComparison.Ordinal));
        return double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"http://[0-9.:]+")]
    private static partial Regex PrintedAddress();
}
