using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Wire;

namespace Backup.Actors.Client.Nodes;

/// <summary>Takes one frame of Node records.</summary>
public delegate void NodesTaker(ReadOnlySpan<byte> records);

/// <summary>
/// The way to a tree's nodes at the director: dialled when the first are wanted, and again, with the newest offer, when it breaks: a
/// director that is away is waited for up to a deadline. One thread.
/// </summary>
public sealed class TreeChannel(
    ChannelOffer order, Func<ChannelOffer, IBulkChannel> dial, ITreeOffers? offers, TimeProvider clock, CancellationToken cancellation)
    : IDisposable
{
    /// <summary>
    /// How long a director may be away from a job that needs its tree: as long as a storage keeps a session that no director claims.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan WaitLeast = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitMost = TimeSpan.FromSeconds(15);

    private IBulkChannel? _channel;

    /// <summary>The other end, for a message; empty before it was reached.</summary>
    public string Peer { get; private set; } = "";

    /// <summary>
    /// Gives every frame of the answer to <paramref name="take"/>; where the channel broke meanwhile the answer begins anew, and a node
    /// comes twice. Throws <see cref="ChannelException"/> where the director will not serve it, or was away for too long.
    /// </summary>
    public void Want(IReadOnlyList<NodeId> nodes, NodesTaker take)
    {
        long began = clock.GetTimestamp();
        TimeSpan wait = WaitLeast;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ChannelOffer offer = offers?.Newest ?? order;
            string reason;
            try
            {
                Ask(offer, nodes, take);
                return;
            }
            catch (ChannelException e) when (offers is not null && e is not TreeRefusedException)
            {
                reason = e.Message;
            }
            Hang();
            if (clock.GetElapsedTime(began) >= Deadline)
                throw new ChannelException($"{reason}; the director was not reached again within {Deadline.TotalMinutes:0} min");
            offers.Await(offer, wait, cancellation);
            wait = wait * 2 < WaitMost ? wait * 2 : WaitMost;
        }
    }

    /// <summary>All that was wanted has come.</summary>
    public void CloseSend()
    {
        try
        {
            _channel?.CloseSend();
        }
        catch (ChannelException)
        {
            // Nothing more is wanted of a director that is gone.
        }
    }

    public void Dispose() => Hang();

    private void Hang()
    {
        _channel?.Dispose();
        _channel = null;
    }

    private void Ask(ChannelOffer offer, IReadOnlyList<NodeId> nodes, NodesTaker take)
    {
        IBulkChannel channel = _channel ??= dial(offer);
        Peer = channel.Peer;
        channel.Send(FrameKind.WantNodes, CborMap.Encode(new WantNodes([.. nodes])));
        while (true)
        {
            using IFrame frame = channel.Receive()
                ?? throw new ChannelException($"{Peer} closed the tree channel before all nodes had come");
            switch (frame.Kind)
            {
                case FrameKind.Records:
                    take(frame.Payload.Span);
                    break;
                case FrameKind.Served:
                    return;
                case FrameKind.Failed:
                    var failed = CborMap.Decode<SessionFailed>(frame.Payload);
                    string line = $"{Peer}: {failed.Reason}";
                    throw failed.MayPass ? new ChannelException(line) : new TreeRefusedException(line);
                default:
                    throw new TreeRefusedException($"{Peer} sent a {frame.Kind} frame, which has no place on a tree channel");
            }
        }
    }
}
