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
/// wants.
/// </summary>
internal sealed class SessionServer(
    StorageSettings settings, IReadOnlyList<ServableSession> sessions, Func<string, bool> isBeingWritten) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private TimedDrive? _drive;
    private TimeSpan _drivesBefore;
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
        long began = settings.Clock.GetTimestamp();
        TimeSpan driveBefore = DriveTime;
        var sink = new ServingSink(channel, want, settings.Clock);
        ServableSession? session = sessions.FirstOrDefault(s => s.Session == want.Session);
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
        TimeSpan drive = DriveTime - driveBefore, whole = settings.Clock.GetElapsedTime(began);
        IReadOnlyList<StageTime> stages =
        [
            new("locate and read", drive.TotalSeconds),
            new("check", Math.Max(0, (whole - drive - sink.Sending).TotalSeconds)),
            new("serve", sink.Sending.TotalSeconds),
        ];
        channel.Send(FrameKind.Served, CborMap.Encode(new Served(sink.Records, sink.Faults, stages)));
    }

    private TimeSpan DriveTime => _drivesBefore + (_drive?.Spent ?? TimeSpan.Zero);

    private VolumeReader ReadFrom(VolumeSpan span)
    {
        if (_reader is not null && _reader.Label.Life == span.Life) return _reader;
        CloseVolume();
        AwaitDrive(span.Volume);
        _drive = new TimedDrive(settings.OpenDrive(0), settings.Clock);
        _reader = VolumeReader.Open(_drive, span.Volume, span.Life);
        return _reader;
    }

    /// <summary>A volume in the writing drive is read when its jobs are done with it; at the deadline opening it says who has it.</summary>
    private void AwaitDrive(string volume)
    {
        using IWorkQueue<bool> pause = settings.Threads.Queue<bool>(1);
        long began = settings.Clock.GetTimestamp();
        while (isBeingWritten(volume) && settings.Clock.GetElapsedTime(began) < settings.ReadDeadline) pause.TryTake(out _, Tick);
    }

    private void CloseVolume()
    {
        _reader?.Dispose();
        _drivesBefore = DriveTime;
        _drive?.Dispose();
        _reader = null;
        _drive = null;
    }
}
