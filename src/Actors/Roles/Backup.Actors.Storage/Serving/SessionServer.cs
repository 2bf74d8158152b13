using Backup.Actors.Storage.Drives;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Clients;
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
internal sealed class SessionServer(
    OpenServe order, DriveLeases leases, TimeSpan driveDeadline, Func<string?> ended, TimeProvider clock) : IDisposable
{
    private DriveLease? _lease;
    private TimedDrive? _drive;
    private TimeSpan _drivesBefore;
    private TimeSpan _waited;
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
        long began = clock.GetTimestamp();
        (TimeSpan drive, TimeSpan waited) before = (DriveTime, _waited);
        var sink = new ServingSink(channel, want, clock);
        ServableSession? session = order.Sessions.FirstOrDefault(s => s.Session == want.Session);
        if (session is null) sink.Fail("the session is not part of this restore's ticket");
        IReadOnlyList<ServableVolume> volumes = session is null ? [] : ServableVolume.Of(session);
        foreach (ServableVolume volume in volumes.Where(volume => volume.Has(want.Ranges))) Read(volume, want, sink);
        sink.Flush();
        TimeSpan whole = clock.GetElapsedTime(began), drive = DriveTime - before.drive, waited = _waited - before.waited;
        IReadOnlyList<StageTime> stages =
        [
            new("wait for drive", waited.TotalSeconds),
            new("locate and read", drive.TotalSeconds),
            new("check", Math.Max(0, (whole - waited - drive - sink.Sending).TotalSeconds)),
            new("serve", sink.Sending.TotalSeconds),
        ];
        channel.Send(FrameKind.Served, CborMap.Encode(new Served(sink.Records, sink.Faults, stages)));
    }

    private void Read(ServableVolume volume, Want want, ServingSink sink)
    {
        try
        {
            ReadFrom(volume.Span).ReadSession(want.Session, want.Ranges, sink, volume.Segments);
        }
        catch (VolumeException e)
        {
            CloseVolume();
            sink.Fail(e.Message);
        }
    }

    private TimeSpan DriveTime => _drivesBefore + (_drive?.Spent ?? TimeSpan.Zero);

    private VolumeReader ReadFrom(VolumeSpan span)
    {
        if (_reader is not null && _reader.Label.Life == span.Life) return _reader;
        CloseVolume();
        long began = clock.GetTimestamp();
        (_lease, _reader) = leases.Open(
            new DriveAsk(span.Volume, Writes: false, order.Job, ended), 0, driveDeadline, drive =>
            {
                _drive = new TimedDrive(drive, clock);
                return VolumeReader.Open(_drive, span.Volume, span.Life);
            });
        _waited += clock.GetElapsedTime(began) - _drive!.Spent;
        return _reader;
    }

    private void CloseVolume()
    {
        _reader?.Dispose();
        _drivesBefore = DriveTime;
        _drive = null;
        _lease?.Dispose();
        _reader = null;
        _lease = null;
    }
}
