using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using Backup.Commands;
using Backup.Messages.Jobs;
using Backup.Node.Api;

namespace Backup.Tests.System.Api;

public sealed class ApiServerTests
{
    [Fact]
    public async Task Answer_is_one_document_a_line_each_sent_as_it_is_said()
    {
        await using ApiFixture api = await ApiFixture.Start();
        api.Runner.Say(JobEvent.Of(7, "nightly", JobState.Queued));
        using HttpClient client = api.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/commands")
            { Content = new StringContent("""{"words":["run","job=nightly","yes"]}""") };
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("""{"kind":"job","jobid":7,"job":"nightly","state":"Queued","letter":"C"}""", await reader.ReadLineAsync());
        api.Runner.Say(EndEvent.Of(7, JobState.Ok));
        Assert.Equal("""{"kind":"end","status":0,"jobid":7,"state":"OK"}""", await reader.ReadLineAsync());
        Assert.Null(await reader.ReadLineAsync());
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("run job=nightly yes=yes", api.Runner.Command?.ToString());
        Assert.Equal(Environment.ProcessId, api.Runner.Caller?.ProcessId);
    }

    [Theory]
    [InlineData("nonsense", HttpStatusCode.BadRequest, "the body is no JSON")]
    [InlineData("{\"words\":[]}", HttpStatusCode.BadRequest, "no command was given")]
    [InlineData("{\"words\":[\"statsu\"]}", HttpStatusCode.BadRequest, "did you mean status?")]
    [InlineData("{\"words\":[\"run\",\"job=a\"]}", HttpStatusCode.BadRequest, "'run' needs the word yes")]
    public async Task Answer_to_bad_input_is_an_error_line_and_an_end_with_status_2(string body, HttpStatusCode status, string text)
    {
        await using ApiFixture api = await ApiFixture.Start();
        (HttpStatusCode Status, string Body) answer = await api.Post(body);
        Assert.Equal(status, answer.Status);
        string[] lines = answer.Body.TrimEnd('\n').Split('\n');
        Assert.Contains(text, Assert.IsType<ErrorEvent>(ApiJson.ReadEvent(Encoding.UTF8.GetBytes(lines[0]))).Text,
            StringComparison.Ordinal);
        Assert.Equal(EndEvent.WrongUsage, ApiJson.ReadEvent(Encoding.UTF8.GetBytes(lines[1])));
        Assert.Null(api.Runner.Command);
    }

    [Fact]
    public async Task Answer_to_too_large_a_body_is_413_and_the_next_request_is_served()
    {
        await using ApiFixture api = await ApiFixture.Start();
        (HttpStatusCode status, string body) = await api.Post("{\"words\":[\"" + new string('a', 8 * 1024 * 1024) + "\"]}");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("more than 1,048,576 bytes", body, StringComparison.Ordinal);
        api.Runner.Say(EndEvent.Done);
        Assert.Equal(HttpStatusCode.OK, (await api.Post("""{"words":["list","jobs"]}""")).Status);
    }

    [Fact]
    public async Task Version_and_unknown_paths_are_answered()
    {
        await using ApiFixture api = await ApiFixture.Start();
        using HttpClient client = api.Client();
        Assert.Equal("""{"product":"backup-node","version":"1.2.3","api":1}""", await client.GetStringAsync("/v1/version"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync("/v1/commands")).StatusCode);
    }

    [Fact]
    public async Task A_runner_that_fails_or_stops_short_still_ends_the_answer_with_a_refusal()
    {
        var runner = new ScriptedRunner { Failure = new InvalidOperationException("the catalog is away") };
        await using ApiFixture failing = await ApiFixture.Start(runner);
        Assert.Contains("'list jobs' failed inside the node: the catalog is away", (await failing.Post("""{"words":["list","jobs"]}"""))
            .Body, StringComparison.Ordinal);
        await using ApiFixture silent = await ApiFixture.Start();
        silent.Runner.StopSaying();
        Assert.EndsWith("{\"kind\":\"end\",\"status\":1}\n", (await silent.Post("""{"words":["list","jobs"]}""")).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_on_the_socket_drops_that_connection_and_nothing_else()
    {
        await using ApiFixture api = await ApiFixture.Start();
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(api.SocketPath));
            await socket.SendAsync("\0\u0001\r\n\r\ngarbage\r\n\r\n"u8.ToArray());
            var answer = new byte[4096];
            while (await socket.ReceiveAsync(answer) > 0)
            {
            }
        }
        api.Runner.Say(EndEvent.Done);
        Assert.Equal(HttpStatusCode.OK, (await api.Post("""{"words":["list","jobs"]}""")).Status);
    }

    [Fact]
    [global::System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Socket_is_for_its_owner_only_and_is_gone_after_the_end()
    {
        await using ApiFixture api = await ApiFixture.Start();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api.SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(api.SocketPath)!));
        await api.Stop();
        Assert.False(File.Exists(api.SocketPath));
    }

    /// <summary>Whoever runs the tests is in the groups that its process has: its own and the supplementary ones.</summary>
    [Fact]
    [global::System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Socket_is_for_its_group_too_where_it_has_one_and_the_kernel_tells_who_is_in_it()
    {
        uint own = Mono.Unix.Native.Syscall.getegid();
        await using ApiFixture api = await ApiFixture.Start(group: new ConsoleGroup("operators", own));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(api.SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute, File.GetUnixFileMode(Path.GetDirectoryName(api.SocketPath)!));
        api.Runner.Say(EndEvent.Done);
        Assert.Equal(HttpStatusCode.OK, (await api.Post("""{"words":["list","jobs"]}""")).Status);
        string groups = (await File.ReadAllLinesAsync("/proc/self/status"))
            .Single(line => line.StartsWith("Groups:", StringComparison.Ordinal));
        string[] told = [.. groups.Split(' ', '\t').Skip(1).Where(word => word.Length > 0)];
        Assert.Equal(told.Append($"{own}").Distinct().Order(), api.Runner.Caller!.Groups.Select(group => $"{group}").Distinct().Order());
    }

    [Fact]
    public void A_caller_in_the_group_is_let_in_and_another_is_refused_by_name()
    {
        Func<Caller, ConsoleGroup?, string?> refusalOf = new ApiOptions("/run/backup.sock", "1").Refusal;
        var group = new ConsoleGroup("operators", 4242);
        var stranger = new Caller("eve", 4_000_000, 1) { Groups = [4_000_000, 7] };
        Assert.Null(refusalOf(stranger with { Groups = [4_000_000, 4242] }, group));
        Assert.EndsWith(", who runs it, and members of group operators may", refusalOf(stranger, group), StringComparison.Ordinal);
        Assert.StartsWith("user eve may not command this node; only root and ", refusalOf(stranger, null), StringComparison.Ordinal);
        ApiSocketException refusal = Assert.Throws<ApiSocketException>(() => ConsoleGroup.Of("no-such-group-here"));
        Assert.Equal("console-group: this host has no group 'no-such-group-here'; make it (groupadd no-such-group-here) or name another",
            refusal.Message);
        Assert.Equal(0, ConsoleGroup.Of("root").Number);
    }

    [Fact]
    public async Task A_second_node_on_the_same_socket_is_refused_and_a_dead_one_is_replaced()
    {
        await using ApiFixture api = await ApiFixture.Start();
        ApiSocketException refusal = await Assert.ThrowsAsync<ApiSocketException>(api.Listen);
        Assert.Contains("another node listens on", refusal.Message, StringComparison.Ordinal);
        await api.Stop();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            dead.Bind(new UnixDomainSocketEndPoint(api.SocketPath));
        await File.WriteAllTextAsync(api.SocketPath + ".bystander", "stays");
        await using ApiServer next = await api.Listen();
        Assert.True(File.Exists(api.SocketPath + ".bystander"));
    }

    [Fact]
    public async Task A_socket_path_that_the_system_cannot_take_is_refused_by_its_length()
    {
        var options = new ApiOptions("/tmp/" + new string('a', 120), "1");
        ApiSocketException refusal = await Assert.ThrowsAsync<ApiSocketException>(() =>
            ApiServer.Start(options, new ScriptedRunner(), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default));
        Assert.Contains("has 125 bytes and the system takes 107", refusal.Message, StringComparison.Ordinal);
    }
}
