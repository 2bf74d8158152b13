using Backup.Actors.Client.Sessions;
using Backup.Filesets.Linux;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.TestKit.Channels;
using Backup.TestKit.Trees;
using Backup.Volumes.Records;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.Restore;

/// <summary>The session against the two channels it speaks to, played by a script.</summary>
public sealed class RestoreSessionTests : IDisposable
{
    private readonly RestoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_restore_over_channels_gives_the_tree_back()
    {
        _fixture.Write("d/a", "first");
        _fixture.Write("d/e/b", new string('b', 3_000_000));
        _fixture.Write("c", "");

        RestoreEnded ended = Run(_fixture.Capture(), _ => null);

        Assert.Null(ended.Failure);
        Assert.Equal((5, 3, 3, 0), (ended.Entries, ended.Files, ended.Verified, ended.ProblemCount));
        Assert.Equal(["walk", "fetch", "receive", "decompress", "hash", "write", "metadata"], ended.Stages.Select(stage => stage.Stage));
        Assert.Empty(_fixture.Differences());
    }

    [Fact]
    [Trait("Req", "RST-10")]
    public void A_fault_of_the_storage_node_is_a_problem_with_its_reason()
    {
        _fixture.Write("a", "first");
        _fixture.Write("b", "second");

        RestoreEnded ended = Run(_fixture.Capture(), index => index == 1 ? "block 7 is damaged" : null);

        RestoreProblem problem = Assert.Single(ended.FirstProblems);
        Assert.Equal(_fixture.Target + "/a", ByteText.Show(problem.Path));
        Assert.Contains("block 7 is damaged", problem.Reason, StringComparison.Ordinal);
        Assert.Equal("second", File.ReadAllText(_fixture.Target + "/b"));
    }

    [Fact]
    [Trait("Req", "RST-02")]
    public void A_storage_node_that_gives_up_fails_the_restore_and_names_the_files()
    {
        _fixture.Write("a", "first");

        RestoreEnded ended = Run(_fixture.Capture(), _ => null, gaveUp: "volume V7 is not there");

        Assert.Contains("volume V7 is not there", ended.Failure, StringComparison.Ordinal);
        Assert.Equal(1, ended.ProblemCount);
    }

    private RestoreEnded Run(CapturedTree tree, Func<long, string?> fault, string? gaveUp = null)
    {
        var clock = new ManualClock();
        ChannelOffer Offer(ChannelPurpose purpose) => new("nowhere:1", new Ticket(Guid.Empty, [], purpose, tree.Session, default));
        IBulkChannel Open(ChannelOffer offer) =>
            new ScriptedChannel(offer.Ticket.Purpose == ChannelPurpose.Tree ? tree.ServeNodes : want => tree.Serve(want, fault, gaveUp));
        var surroundings = new RestoreSurroundings(new MemoryCache(), Open, clock, _ => { }, Path.GetTempPath());
        var order = new RestoreOrder(new JobId(7), tree.Root, ["/"u8.ToArray()],
            System.Text.Encoding.UTF8.GetBytes(_fixture.Target), ReplaceRule.Always,
            false, Offer(ChannelPurpose.Serve), Offer(ChannelPurpose.Tree));
        return new RestoreSession(surroundings).Run(order, default);
    }

    private sealed class MemoryCache : INodeCache
    {
        private readonly Dictionary<NodeId, StoredNode> _nodes = [];
        public byte[]? Find(NodeId id) => _nodes.GetValueOrDefault(id)?.Encoding;
        public SessionId? HolderOf(NodeId id) => _nodes.GetValueOrDefault(id)?.Holder;
        public void Add(StoredNode node) => _nodes[node.Id] = node;
    }

    /// <summary>Answers each frame with those that the script makes of it.</summary>
    private sealed class ScriptedChannel(Func<ReadOnlyMemory<byte>, IEnumerable<(FrameKind, byte[])>> answer) : IBulkChannel
    {
        private readonly Queue<(FrameKind Kind, byte[] Payload)> _answers = new();
        public string Peer => "script";
        public int PayloadBytesMax => 1 << 20;
        public TimeSpan WaitedForCredit => default;
        public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            foreach ((FrameKind, byte[]) frame in answer(payload.ToArray())) _answers.Enqueue(frame);
        }

        public IFrame? Receive() => TryReceive(out IFrame? frame) ? frame : null;

        public bool TryReceive(out IFrame? frame)
        {
            bool any = _answers.TryDequeue(out (FrameKind Kind, byte[] Payload) next);
            frame = any ? new Frame(next.Kind, next.Payload) : null;
            return any;
        }

        public void CloseSend()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed record Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload) : IFrame
    {
        public void Dispose()
        {
        }
    }
}
