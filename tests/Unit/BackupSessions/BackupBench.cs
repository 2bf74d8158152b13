using Backup.Actors.Client.Nodes;
using Backup.Actors.Client.Sessions;
using Backup.Filesets.Walk;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;
using Backup.TestKit.Trees;
using Backup.Volumes.Trees;

namespace Backup.Tests.Unit.BackupSessions;

/// <summary>Nodes in memory, with the rules of the cache about who holds them.</summary>
internal sealed class MemoryTreeCache : ITreeCache
{
    private readonly HashSet<SessionId> _confirmed = [];
    private readonly HashSet<NodeId> _complete = [];

    public Dictionary<NodeId, StoredNode> Nodes { get; } = [];

    public byte[]? Find(NodeId id) => Nodes.TryGetValue(id, out StoredNode? node) ? node.Encoding : null;
    public SessionId? HolderOf(NodeId id) =>
        Nodes.TryGetValue(id, out StoredNode? node) && _confirmed.Contains(node.Holder) ? node.Holder : null;
    public void AddPending(StoredNode node) => Nodes[node.Id] = node;
    public bool IsComplete(NodeId root) => root.IsEmpty || _complete.Contains(root);

    public void Add(StoredNode node)
    {
        Nodes[node.Id] = node;
        _confirmed.Add(node.Holder);
    }

    public void Confirm(SessionId session, NodeId root)
    {
        _confirmed.Add(session);
        _complete.Add(root);
    }

    public void Clear()
    {
        Nodes.Clear();
        _complete.Clear();
    }
}

/// <summary>A client, its files and its far end; one line runs a backup of /data against the last one.</summary>
internal sealed class BackupBench
{
    /// <summary>Long after the times that virtual files have.</summary>
    private static readonly Instant LaterScan = new(2_000_000, 0);

    private byte _lastSession;

    public VirtualFileTree Tree { get; } = new();
    public IFileTree Files { get; init; }
    public MemoryTreeCache Cache { get; } = new();
    public RecordingStorage Storage { get; init; } = new();
    public FileSet FileSet { get; set; } = new("test", ["/data"], []);
    public NodeId LastRoot { get; set; }
    public List<ClientProgress> Progress { get; } = [];
    public SessionSeal Seal => Storage.Seal ?? throw new InvalidOperationException("nothing was sealed");

    public BackupBench() => Files = Tree;

    public static SessionId Session(byte number) => new(new Guid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number));

    public BackupOutcome Full()
    {
        LastRoot = NodeId.Empty;
        return Run(JobLevel.Full, null);
    }

    public BackupOutcome Incremental() => Run(JobLevel.Incremental, null);

    public BackupOutcome Since(Instant since)
    {
        LastRoot = NodeId.Empty;
        return Run(JobLevel.Since, since);
    }

    private BackupOutcome Run(JobLevel level, Instant? since)
    {
        Storage.NextSession();
        SessionId session = Session(++_lastSession);
        var ticket = new Ticket(Guid.Empty, [], ChannelPurpose.Store, session, default);
        var order = new BackupOrder(new JobId(_lastSession), session, 1, level, FileSet, LastRoot, LaterScan, since,
            new ChannelOffer("store", ticket), new ChannelOffer("tree", ticket));
        var surroundings = new SessionSurroundings(Files, Cache, _ => Storage, TimeProvider.System, Progress.Add);
        BackupOutcome outcome = new BackupSession(surroundings).Run(order, CancellationToken.None);
        if (outcome.Ended.Seal is { Failure: null } seal) LastRoot = seal.Root;
        return outcome;
    }

    public TreeEntry? Entry(string path) => new TreeReader(Storage).Find(LastRoot, System.Text.Encoding.Latin1.GetBytes(path));

    /// <summary>The whole tree, a path a line, with the letter of its kind.</summary>
    public List<string> Listing() =>
        [.. new TreeReader(Storage).Walk(LastRoot).Select(p => $"{p.Entry.Kind.Letter()} {System.Text.Encoding.Latin1.GetString(p.Path)}")];

    public byte[] ContentOf(string path) => Storage.Files[Entry(path)!.Reference.FileIndex][0].Content.ToArray();
}
