using Backup.Filesets.Restore;
using Backup.Filesets.Timing;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;
using Backup.Volumes.Records;

namespace Backup.Actors.Client.Sessions;

/// <summary>
/// Content from a storage node: wants go out, records come in. Two wants are on their way at a time, so that the other end never waits
/// for the next. The channel is opened when the first content is wanted.
/// </summary>
internal sealed class RestoreContent(
    Func<IBulkChannel> open, ContentReversal reverse, StageClock<RestoreStage> stages, ServedStages served) : IContentSource
{
    private const int WantsOnTheirWay = 2;

    public void Fetch(IEnumerable<Want> wants, IContentSink sink, CancellationToken cancellation)
    {
        using IEnumerator<Want> next = wants.GetEnumerator();
        if (!next.MoveNext()) return;
        try
        {
            using IBulkChannel channel = open();
            Exchange(channel, next, sink, cancellation);
            channel.CloseSend();
            stages.Switch(RestoreStage.Walk);
        }
        catch (Exception e) when (e is ChannelException or FormatException)
        {
            throw new ContentException($"the storage node's channel broke: {e.Message}", e);
        }
    }

    private void Exchange(IBulkChannel channel, IEnumerator<Want> next, IContentSink sink, CancellationToken cancellation)
    {
        var content = new RecordContent(sink, reverse);
        var asked = new Queue<Want>();
        bool more = true;
        while (true)
        {
            for (; more && asked.Count < WantsOnTheirWay; more = next.MoveNext())
            {
                channel.Send(FrameKind.Want, CborMap.Encode(next.Current));
                asked.Enqueue(next.Current);
            }
            if (asked.Count == 0) return;
            cancellation.ThrowIfCancellationRequested();
            stages.Switch(RestoreStage.Receive);
            using IFrame frame = channel.Receive()
                ?? throw new ContentException($"{channel.Peer} closed the channel before all content had come");
            stages.Switch(RestoreStage.Write);
            Take(frame, asked, content, sink);
        }
    }

    private void Take(IFrame frame, Queue<Want> asked, RecordContent content, IContentSink sink)
    {
        switch (frame.Kind)
        {
            case FrameKind.Records:
                var cursor = new RecordCursor(frame.Payload.Span);
                while (cursor.Next()) content.Take(asked.Peek().Session, cursor.Header, cursor.Payload);
                break;
            case FrameKind.Served:
                var told = CborMap.Decode<Served>(frame.Payload);
                served.Add(told.Stages ?? []);
                foreach (ServeFault fault in told.Faults)
                    sink.Fault(new(fault.Session, fault.FileIndex), fault.Reason);
                asked.Dequeue();
                break;
            case FrameKind.Failed:
                throw new ContentException($"the storage node gave up: {CborMap.Decode<SessionFailed>(frame.Payload).Reason}");
            default:
                throw new ContentException($"the storage node sent a {frame.Kind} frame, which has no place in a restore");
        }
    }
}
