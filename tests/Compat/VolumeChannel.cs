using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;

namespace Backup.Tests.Compat;

/// <summary>The way from a session to the volumes without a network between: commits now and then, answers the seal. One thread.</summary>
internal sealed class VolumeChannel(VolumeRow volumes, SessionId session) : IBulkChannel
{
    private const int FramesOfACommit = 3;

    private readonly Queue<IFrame> _answers = new();
    private int _frames;

    private sealed class Frame(FrameKind kind, byte[] payload) : IFrame
    {
        public FrameKind Kind => kind;
        public ReadOnlyMemory<byte> Payload => payload;

        public void Dispose()
        {
        }
    }

    public string Peer => "volumes";
    public int PayloadBytesMax => 512 << 10;
    public TimeSpan WaitedForCredit => TimeSpan.Zero;

    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Records:
                volumes.Append(session, payload);
                if (++_frames % FramesOfACommit == 0) volumes.Commit();
                break;
            case FrameKind.Seal:
                SessionEnd end = volumes.End(session, CborMap.Decode<SessionSeal>(payload.ToArray()));
                var stored = new SessionStored(end.StoredPosition, end.DataRecordsStored, end.BytesStored, []);
                _answers.Enqueue(new Frame(FrameKind.Stored, CborMap.Encode(stored)));
                break;
            default:
                throw new ChannelException($"{kind} was sent where only records are taken");
        }
    }

    public IFrame? Receive() => _answers.TryDequeue(out IFrame? frame) ? frame : null;

    public bool TryReceive(out IFrame? frame) => _answers.TryDequeue(out frame);

    public void CloseSend()
    {
    }

    public void Dispose()
    {
    }
}
