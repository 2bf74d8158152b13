using System.Collections.Concurrent;
using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Clients;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;
using Backup.Messages.Wire;
using Backup.TestKit.Media;
using Backup.Transfer.Channels;
using Backup.Volumes.Records;

namespace Backup.Tests.Actors;

/// <summary>A storage engine over a drive in memory, with channels whose ends are in the hands of a test.</summary>
internal sealed class StorageBench : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public const int FillingRecord = 40 << 10;

    /// <summary>More than a medium of <see cref="MediumBytes"/> takes.</summary>
    public const int LargeRecord = 400 << 10;

    private const int MediumBytes = 300 << 10;
    private static readonly Instant Now = new(1_764_000_000, 0);

    private readonly MemoryDrive _drive = new() { EndOfMediumAt = MediumBytes };
    private readonly TicketDesk _desk = new(TimeProvider.System);
    private readonly BlockingCollection<object> _said = new(1024);
    private readonly ConcurrentDictionary<Guid, ScriptedChannel> _catalogues = new();
    private readonly string _outbox = Directory.CreateTempSubdirectory("backup-outbox-").FullName;

    public StorageBench()
    {
        Engine = NewEngine();
        Engine.Attach(_said.Add);
    }

    public StorageEngine Engine { get; private set; }

    /// <summary>What the next engine is to have otherwise.</summary>
    public Func<StorageSettings, StorageSettings> Change { get; set; } = settings => settings with { StopWithin = TimeSpan.Zero };

    public void Dispose()
    {
        Engine.Dispose();
        _said.Dispose();
        Directory.Delete(_outbox, recursive: true);
    }

    /// <summary>The storage's process ends and another begins on the same volumes and outbox.</summary>
    public void StartAgain(Action? between = null)
    {
        Engine.Attach(null);
        Engine.Dispose();
        between?.Invoke();
        while (_said.TryTake(out _))
        {
        }
        Engine = NewEngine();
        Engine.Attach(_said.Add);
    }

    /// <summary>A medium that another program has written.</summary>
    public void PutForeignMedium(VolumeAssignment volume) => _drive.Media[volume.Volume] = [Enumerable.Repeat((byte)7, 64 << 10).ToArray()];

    /// <summary>As a writer leaves it that ends before its next commit point.</summary>
    public void TearTail(VolumeAssignment volume, int blocks)
    {
        for (int i = 0; i < blocks; i++) _drive.Media[volume.Volume].Add(new byte[1000]);
    }

    public byte[][] BlocksOf(VolumeAssignment volume) => [.. _drive.Media[volume.Volume].Select(block => block ?? [])];

    /// <summary>The director has other ends of catalogue channels from now on.</summary>
    public void DialTo(int number, ScriptedChannel? catalogue)
    {
        if (catalogue is null) _catalogues.TryRemove(CatalogueTicket(number), out _);
        else _catalogues[CatalogueTicket(number)] = catalogue;
    }

    private StorageEngine NewEngine() => new(
        Change(new StorageSettings("s1", "nowhere", 64 << 10, "host", "system", "0.1.0", TimeProvider.System, new FolderDrives(_ => _drive))
        {
            OutboxFolder = _outbox,
        }),
        new NodeChannels("memory", _desk, Dial));

    private ScriptedChannel Dial(ChannelOffer offer) =>
        _catalogues.TryGetValue(offer.Ticket.Id, out ScriptedChannel? channel) && !channel.IsDisposed
            ? channel
            : throw new ChannelException("connection refused");

    /// <summary>The next thing of this kind the engine says; others before it are passed over.</summary>
    public T Next<T>()
    {
        while (_said.TryTake(out object? what, Patience))
            if (what is T wanted) return wanted;
        throw new TimeoutException($"no {typeof(T).Name} was said");
    }

    /// <summary>The next thing said, where it is of this kind; a question for a volume is left for the next look.</summary>
    public T? HasSaid<T>() where T : class
    {
        while (_said.TryTake(out object? what, Patience))
        {
            if (what is T wanted) return wanted;
            if (what is VolumeWanted) { _said.Add(what); return null; }
        }
        return null;
    }

    /// <summary>An order to store session <paramref name="number"/>, whose catalogue channel answers as a director would.</summary>
    public OpenStoreSession Order(int number, ScriptedChannel? catalogue = null)
    {
        var session = new SessionId(new Guid(number, 9, 9, new byte[8]));
        _catalogues[CatalogueTicket(number)] = catalogue ?? ScriptedChannel.Catalogue(session);
        var platform = new ClientPlatform("h", "Linux", "6.1", "x64", "Debian 12", "0.1.0", "ext4");
        var label = new SessionLabel(
            session, new InstallationId(Guid.AllBitsSet), new JobId(number), "nightly", JobType.Backup, JobLevel.Full, JobLevel.Full,
            "c1", platform, "etc", "root /etc\n", new Hash256(1, 2, 3, 4), "p1", "s1", Now, Now, null, NodeId.Empty, true, "tester",
            "0.1.0", 0);
        return new OpenStoreSession(
            label, 1, Volume(1), TicketOf(new Guid(number, 1, 1, new byte[8]), ChannelPurpose.Store, session),
            new ChannelOffer("memory", TicketOf(CatalogueTicket(number), ChannelPurpose.Catalogue, session)));
    }

    public static VolumeAssignment Volume(int number) =>
        new($"Vol-{number:0000}", new VolumeLifeId(new Guid(number, 2, 3, new byte[8])), true, "p1", 0);

    /// <summary>The client opens the session's channel: the engine serves it on a thread of its own.</summary>
    public ScriptedChannel Connect(OpenStoreSession order)
    {
        var channel = new ScriptedChannel();
        var hello = new Hello(1, 1, order.Store.Id, order.Store.Secret, ChannelPurpose.Store, order.Label.Session, 1, 0, 32, 512 << 10, "");
        new Thread(() => _desk.Opened(hello, channel)) { IsBackground = true }.Start();
        return channel;
    }

    /// <summary>One data record of the session, in a frame.</summary>
    public static byte[] Record(long sequence, int bytes)
    {
        var frame = new byte[RecordHeader.Size + bytes];
        RecordCodec.Write(frame, new RecordHeader(RecordType.Data, RecordFlags.None, bytes, sequence, 1));
        return frame;
    }

    public static byte[] Seal(long data) => CborMap.Encode(new SessionSeal(
        new StreamPosition(data, 0), NodeId.Empty, new SessionTotals(1, 1, 1, 1, data, 0, 0, 0), [], Now, Now, null));

    private static Guid CatalogueTicket(int number) => new(number, 2, 2, new byte[8]);

    private static Ticket TicketOf(Guid id, ChannelPurpose purpose, SessionId session) =>
        new(id, [1], purpose, session, Instant.Now(TimeProvider.System).Plus(TimeSpan.FromHours(1)));
}

/// <summary>One end of a channel without a network: what the other end sends is put by a test or by a script.</summary>
internal sealed class ScriptedChannel : IBulkChannel
{
    private readonly BlockingCollection<IFrame?> _incoming = new(1024);
    private Action<FrameKind, byte[]> _sent = (_, _) => { };

    /// <summary>Frames that were put and not taken yet.</summary>
    public int Waiting => _incoming.Count;

    public bool IsDisposed { get; private set; }
    public string Peer => "test";
    public int PayloadBytesMax => 512 << 10;
    public TimeSpan WaitedForCredit => TimeSpan.Zero;

    /// <summary>A director that takes everything.</summary>
    public static ScriptedChannel Catalogue(SessionId session)
    {
        var channel = new ScriptedChannel();
        channel._sent = (kind, _) =>
        {
            if (kind == FrameKind.Committed) channel.Put(kind, CborMap.Encode(new Committed(default, null)));
            if (kind == FrameKind.Seal) channel.Put(FrameKind.Stored, CborMap.Encode(new SessionCatalogued(session, default, JobState.Ok)));
        };
        return channel;
    }

    public void Put(FrameKind kind, byte[] payload) => _incoming.Add(new Frame(kind, payload));

    /// <summary>The other end is gone.</summary>
    public void Break() => _incoming.Add(null);

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload) => _sent(kind, payload.ToArray());

    public IFrame? Receive() => _incoming.TryTake(out IFrame? frame, StorageBench.Patience) && frame is not null
        ? frame : throw new ChannelException("the connection was cut");

    public bool TryReceive(out IFrame? frame) => _incoming.TryTake(out frame);

    public void CloseSend()
    {
    }

    public void Dispose() => IsDisposed = true;

    private sealed record Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload) : IFrame
    {
        public void Dispose()
        {
        }
    }
}
