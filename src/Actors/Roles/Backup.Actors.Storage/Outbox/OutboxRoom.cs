using System.Collections.Concurrent;
using Backup.Actors.Storage.Engine;
using Backup.Messages.Ids;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Actors.Storage.Outbox;

/// <summary>
/// The wait of whoever appends to an outbox that is full, by its bound or by its disk: seen by the operator, tried again, and over at a
/// deadline. Thread safe.
/// </summary>
internal sealed class OutboxRoom(StorageSettings settings, StorageOutbox outbox)
{
    private static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(1);

    private readonly record struct Trouble(string Reason, string FreesIt, bool IsOfDisk);

    private readonly ConcurrentDictionary<SessionId, DriveWait> _waits = new();
    private volatile bool _isStopping;

    /// <summary>What is waited for; null where nobody waits.</summary>
    public DriveWait? Wait => _waits.Values.FirstOrDefault();

    /// <summary>The process ends: the bound holds no longer, and a disk that cannot be written is not waited for.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>
    /// Blocks until the outbox has taken what is appended. An <see cref="IOException"/> says that the deadline has passed.
    /// <paramref name="isBounded"/>: it waits for the bound too. A session that is closed waits for nothing, and what is on its volume is
    /// told beyond the bound, which that costs one commit point: false where the disk does not take it.
    /// </summary>
    public bool TryAppend(SessionId session, bool isBounded, Action append, Func<bool> isClosed)
    {
        if (Try(isBounded, append) is not { } trouble) return true;
        using IWorkQueue<bool> pause = settings.Threads.Queue<bool>(1);
        long began = settings.Clock.GetTimestamp();
        Instant since = Instant.Now(settings.Clock);
        try
        {
            while (!isClosed())
            {
                _waits[session] = new DriveWait(trouble.Reason, trouble.FreesIt, since, since.Plus(settings.OutboxDeadline));
                if (settings.Clock.GetElapsedTime(began) >= settings.OutboxDeadline)
                    throw new IOException($"{trouble.Reason}, and that did not change within {settings.OutboxDeadline.TotalMinutes:0} min");
                if (_isStopping && trouble.IsOfDisk) throw new IOException(trouble.Reason);
                pause.TryTake(out _, TryEvery);
                if (Try(isBounded, append) is not { } next) return true;
                trouble = next;
            }
            return Try(isBounded: false, append) is null;
        }
        finally
        {
            _waits.TryRemove(session, out _);
        }
    }

    private Trouble? Try(bool isBounded, Action append)
    {
        if (isBounded && !outbox.HasRoom && !_isStopping)
            return new Trouble($"the outbox is full ({outbox.Bytes} of {outbox.BytesMax} bytes owed to the catalog)",
                "the catalog takes of what is owed, or outbox-size-max is raised", IsOfDisk: false);
        try
        {
            append();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Trouble($"the outbox cannot be written: {e.Message}",
                $"the file system of {settings.OutboxFolder} can be written again", IsOfDisk: true);
        }
    }
}
