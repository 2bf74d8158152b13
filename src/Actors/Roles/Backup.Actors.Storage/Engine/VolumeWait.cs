using Backup.Messages.Storages;

namespace Backup.Actors.Storage.Engine;

/// <summary>
/// A drive's thread waits here, with a deadline, for the volume that the director names. One thread waits, any may answer; the first
/// answer counts.
/// </summary>
internal sealed class VolumeWait : IDisposable
{
    private readonly ManualResetEventSlim _answered = new();
    private VolumeAssigned? _answer;

    public void Answer(VolumeAssigned answer)
    {
        if (Interlocked.CompareExchange(ref _answer, answer, null) is null) _answered.Set();
    }

    /// <summary>Null where none came in time.</summary>
    public VolumeAssigned? Within(TimeSpan deadline) => _answered.Wait(deadline) ? _answer : null;

    public void Dispose() => _answered.Dispose();
}
