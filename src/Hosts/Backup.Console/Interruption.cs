using System.Runtime.InteropServices;

namespace Backup.Consoles;

/// <summary>Ctrl-C: ends what the console is doing, never the console or a job. The signal comes on a thread of its own.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration? registration;
    private readonly Lock gate = new();
    private CancellationTokenSource current = new();

    private Interruption(bool listens) =>
        registration = listens ? PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal) : null;

    public static Interruption BySignal() => new(listens: true);

    /// <summary>Interrupted only by <see cref="Interrupt"/>.</summary>
    public static Interruption ByHand() => new(listens: false);

    /// <summary>Cancelled by the next Ctrl-C.</summary>
    public CancellationToken Token
    {
        get { lock (gate) return current.Token; }
    }

    public void Interrupt()
    {
        lock (gate) current.Cancel();
    }

    /// <summary>What was interrupted is over; the next Ctrl-C means the next thing. True where there was one.</summary>
    public bool Renew()
    {
        lock (gate)
        {
            if (!current.IsCancellationRequested) return false;
            current.Dispose();
            current = new CancellationTokenSource();
            return true;
        }
    }

    public void Dispose()
    {
        registration?.Dispose();
        current.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Interrupt();
    }
}
