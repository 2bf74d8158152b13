using System.Text;
using Backup.Commands;
using Backup.Messages.Jobs;
using CsCheck;

namespace Backup.Tests.Unit.Commands;

public sealed class ApiJsonTests
{
    public static TheoryData<ApiEvent, string> Documents => new()
    {
        { new ColumnsEvent([new("jobid", ColumnType.Id)]), """{"kind":"columns","columns":[{"name":"jobid","type":"id"}]}""" },
        { RowEvent.Of(("jobid", 1L), ("job", "ü"), ("rate", 1.5), ("isFull", true), ("ended", (string?)null)),
            """{"kind":"row","row":{"jobid":1,"job":"ü","rate":1.5,"isFull":true,"ended":null}}""" },
        { new TextEvent("a\nb\u001b"), """{"kind":"text","text":"a\nb\u001B"}""" },
        { LogEvent.At(new(0, 0), LogSeverity.Warning, "w", 4),
            """{"kind":"log","time":"1970-01-01T00:00:00Z","severity":"warning","text":"w","jobid":4}""" },
        { JobEvent.Of(4, "nightly", JobState.OkWithWarnings),
            """{"kind":"job","jobid":4,"job":"nightly","state":"OK with warnings","letter":"W"}""" },
        { new ProgressEvent(4, "running", 2, 3, 4, 5.5),
            """{"kind":"progress","jobid":4,"phase":"running","files":2,"bytes":3,"bytesPerSecond":4,"seconds":5.5}""" },
        { new ErrorEvent("no job 'x'"), """{"kind":"error","text":"no job 'x'"}""" },
        { EndEvent.Of(4, JobState.Incomplete), """{"kind":"end","status":3,"jobid":4,"state":"Incomplete"}""" },
        { EndEvent.Done, """{"kind":"end","status":0}""" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void Write_gives_one_line_and_ReadEvent_takes_it_back(ApiEvent document, string expected)
    {
        ArgumentNullException.ThrowIfNull(document);
        byte[] line = ApiJson.Write(document);
        Assert.Equal(expected, Encoding.UTF8.GetString(line));
        Assert.DoesNotContain((byte)'\n', line);
        Assert.Equal(line, ApiJson.Write(ApiJson.ReadEvent(line)!));
    }

    [Fact]
    public void ReadEvent_skips_a_kind_that_a_newer_node_may_send() =>
        Assert.Null(ApiJson.ReadEvent("""{"kind":"prophecy","text":"rain"}"""u8));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"kind\":7}")]
    [InlineData("{\"kind\":\"row\",\"row\":{\"a\":{}}}")]
    [InlineData("{\"kind\":\"row\",\"row\":[]}")]
    [InlineData("{\"kind\":\"log\",\"severity\":\"terrible\"}")]
    [InlineData("{\"kind\":\"end\"")]
    public void ReadEvent_refuses_what_is_no_document(string line) =>
        Assert.Throws<ApiFormatException>(() => ApiJson.ReadEvent(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void ReadEvent_and_ReadRequest_throw_nothing_but_their_own_exception() =>
        Gen.OneOf(Gen.Byte.Array[0, 40],
            Gen.String[0, 20].Select(text => Encoding.UTF8.GetBytes($"{{\"kind\":\"row\",\"row\":{{\"a\":{text}}}}}"))).Sample(bytes =>
        {
            foreach (Action read in (Action[])[() => ApiJson.ReadEvent(bytes), () => ApiJson.ReadRequest(bytes)])
            {
                try
                {
                    read();
                }
                catch (ApiFormatException mistake)
                {
                    Assert.DoesNotContain('\n', mistake.Message);
                }
            }
        });

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"words\":null}")]
    [InlineData("{\"words\":[null]}")]
    [InlineData("{\"words\":\"run\"}")]
    public void ReadRequest_refuses_a_body_without_words(string body) =>
        Assert.Throws<ApiFormatException>(() => ApiJson.ReadRequest(Encoding.UTF8.GetBytes(body)));
}
