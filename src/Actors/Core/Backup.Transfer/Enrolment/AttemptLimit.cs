namespace Backup.Transfer.Enrolment;

/// <summary>How often an address may ask to join: a bounded table, new every minute. Thread safe.</summary>
internal sealed class AttemptLimit(TimeProvider clock)
{
    public const int AttemptsMax = 10;
    private const int AddressesMax = 256;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private long _since = clock.GetTimestamp();

    /// <summary>False where this peer ("address:port") has to wait.</summary>
    public bool Take(string peer)
    {
        int colon = peer.LastIndexOf(':');
        string address = colon < 0 ? peer : peer[..colon];
        lock (_gate)
        {
            if (clock.GetElapsedTime(_since) >= Window)
            {
                _attempts.Clear();
                _since = clock.GetTimestamp();
            }
            if (!_attempts.TryGetValue(address, out int count) && _attempts.Count >= AddressesMax) return false;
            if (count >= AttemptsMax) return false;
            _attempts[address] = count + 1;
            return true;
        }
    }
}
