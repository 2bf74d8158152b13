using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Wire;
using Backup.Volumes.Records;

namespace Backup.Actors.Storage.Engine;

/// <summary>What one commit point brings to the catalog: the facts, and whole Node and Unsaved records.</summary>
internal sealed record CommittedPart(CatalogueCommit Commit, ReadOnlyMemory<byte> Records);

/// <summary>
/// Brings the committed nodes and notes of one session to the director's catalog, in order, over a channel of its own; only what is on
/// stable storage ever gets here. Own thread; the queue is bounded, so a catalog that does not keep up holds the drive back.
/// </summary>
internal sealed class CatalogueForwarder
{
    /// <summary>Commit points that may wait for the catalog.</summary>
    private const int PartsMax = 8;

    private readonly IWorkQueue<object> _queue;
    private readonly TimeProvider _clock;
    private readonly Func<IBulkChannel> _open;
    private readonly Action<SessionCatalogued?, string?> _done;
    private long _workedTicks;
    private volatile bool _isOver;

    /// <summary>
    /// Done is called once, from the forwarder's thread: with the catalog's answer to the end, or with why there is none.
    /// </summary>
    public CatalogueForwarder(StorageSettings settings, string name, Func<IBulkChannel> open, Action<SessionCatalogued?, string?> done)
    {
        _clock = settings.Clock;
        _queue = settings.Threads.Queue<object>(PartsMax);
        _open = open;
        _done = done;
        settings.Threads.Start($"catalogue {name}", Run);
    }

    /// <summary>Done has been called, or is being called.</summary>
    public bool IsOver => _isOver;

    public TimeSpan Worked => TimeSpan.FromTicks(Interlocked.Read(ref _workedTicks));

    /// <summary>
    /// A part posted after the catalogue channel broke is dropped: its reason is on its way to the director, and what is committed is on
    /// the volume.
    /// </summary>
    public void Post(object part) => _queue.TryAdd(part);

    /// <summary>Nothing more will be posted.</summary>
    public void Finish() => _queue.Complete();

    private void Run()
    {
        SessionCatalogued? answer = null;
        string? failure = null;
        try
        {
            using IBulkChannel channel = _open();
            while (_queue.TryTake(out object part, Timeout.InfiniteTimeSpan))
            {
                long began = _clock.GetTimestamp();
                answer = Forward(channel, part);
                Interlocked.Add(ref _workedTicks, _clock.GetElapsedTime(began).Ticks);
                if (answer is not null) break;
            }
            channel.CloseSend();
        }
        catch (Exception e) when (e is IOException or FormatException or InvalidOperationException or ArgumentException)
        {
            failure = $"the catalog did not take the session: {e.Message}";
        }
        _queue.Complete();
        _isOver = true;
        _done(answer, failure);
    }

    private static SessionCatalogued? Forward(IBulkChannel channel, object part)
    {
        switch (part)
        {
            case CommittedPart committed:
                SendRecords(channel, committed.Records.Span);
                channel.Send(FrameKind.Committed, CborMap.Encode(committed.Commit));
                Await<Committed>(channel, FrameKind.Committed);
                return null;
            case SessionEnd end:
                channel.Send(FrameKind.Seal, CborMap.Encode(end));
                return Await<SessionCatalogued>(channel, FrameKind.Stored);
            default:
                throw new ArgumentException($"{part.GetType().Name} does not go to the catalog", nameof(part));
        }
    }

    /// <summary>Cuts the records into frames between whole records.</summary>
    private static void SendRecords(IBulkChannel channel, ReadOnlySpan<byte> records)
    {
        var cursor = new RecordCursor(records);
        int start = 0;
        int end = 0;
        while (cursor.Next())
        {
            if (end - start + cursor.Record.Length > channel.PayloadBytesMax)
            {
                channel.Send(FrameKind.Records, records[start..end]);
                start = end;
            }
            end += cursor.Record.Length;
        }
        if (end > start) channel.Send(FrameKind.Records, records[start..end]);
    }

    private static T Await<T>(IBulkChannel channel, FrameKind kind) where T : notnull
    {
        using IFrame frame = channel.Receive() ?? throw new ChannelException("the director closed the catalogue channel");
        if (frame.Kind == FrameKind.Failed) throw new ChannelException(CborMap.Decode<SessionFailed>(frame.Payload).Reason);
        return frame.Kind == kind
            ? CborMap.Decode<T>(frame.Payload)
            : throw new ChannelException($"the director answered {frame.Kind} where {kind} was expected");
    }
}
