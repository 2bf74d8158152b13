using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Wire;
using Backup.Volumes.Reader;
using Backup.Volumes.Writer;

namespace Backup.Actors.Storage.Serving;

/// <summary>
/// Serves content of sessions to a restoring client, on the channel's own thread: for each Want the records of these files in the order
/// they lie, then a Served that names what could not be read. Only sessions of the order are served. Keeps the last volume open between
/// wants, and waits for one that others have.
/// </summary>
internal sealed class SessionServer(OpenServe order, DriveLeases leases, TimeSpan driveDeadline, Func<string?> ended) : IDisposable
{
    private DriveLease? _lease;
    private VolumeReader? _reader;

    public void Serve(IBulkChannel channel)
    {
        try
        {
            while (channel.Receive() is { } frame)
                using (frame)
                {
                    if (frame.Kind != FrameKind.Want) throw new ChannelException($"a {frame.Kind} frame has no place in a serving channel");
                    Answer(channel, CborMap.Decode<Want>(frame.Payload));
                }
            channel.CloseSend();
        }
        catch (Exception e) when (e is ChannelException or WireFormatException or ObjectDisposedException)
        {
            // The client meets the same end and its job reports it; the serving side has nothing that could be lost.
        }
    }

    public void Dispose() => CloseVolume();

    private void Answer(IBulkChannel channel, Want want)
    {
        var sink = new ServingSink(channel, want);
        ServableSession? session = order.Sessions.FirstOrDefault(s => s.Session == want.Session);
        if (session is null) sink.Fail("the session is not part of this restore's ticket");
        foreach (VolumeSpan span in session?.Volumes ?? [])
        {
            try
            {
                ReadFrom(span).ReadSession(want.Session, want.Ranges, sink);
            }
            catch (VolumeException e)
            {
                CloseVolume();
                sink.Fail(e.Message);
            }
        }
        sink.Flush();
        channel.Send(FrameKind.Served, CborMap.Encode(new Served(sink.Records, sink.Faults)));
    }

    private VolumeReader ReadFrom(VolumeSpan span)
    {
        if (_reader is not null && _reader.Label.Life == span.Life) return _reader;
        CloseVolume();
        _lease = leases.Take(new DriveAsk(span.Volume, Writes: false, order.Job, ended), 0, driveDeadline);
        _reader = VolumeReader.Open(_lease.Drive, span.Volume, span.Life);
        return _reader;
    }

    private void CloseVolume()
    {
        _reader?.Dispose();
        _lease?.Dispose();
        _reader = null;
        _lease = null;
    }
}
