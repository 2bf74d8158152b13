using System.Globalization;

namespace Backup.Transfer.Frames;

/// <summary>
/// What a port refuses, for the log: a line for each peer address and reason, and no second one of the kind for a minute; then the next
/// one, or the end of its minute, says how many were left out. What strangers can make it remember is bounded. Thread safe.
/// </summary>
internal sealed class RefusalLog(TimeProvider clock, Action<string> log)
{
    /// <summary>Peers and reasons remembered at once; what comes beyond them in the same minute is one kind.</summary>
    public const int KindsMax = 64;

    private const int LineMax = 400;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private sealed class Kind(string line, long since)
    {
        public string Line { get; } = line;
        public long Since { get; } = since;
        public long LeftOut { get; set; }
    }

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Writes or counts a line of this peer ("address:port"); its port tells nothing, so it is no part of the kind.</summary>
    public void Write(string peer, string line)
    {
        string safe = Printable(line);
        int colon = peer.LastIndexOf(':');
        string address = colon < 0 ? peer : peer[..colon];
        string kind = colon < 0 ? $"{peer} {safe}" : safe.Replace(peer, address, StringComparison.Ordinal);
        List<string> lines = [];
        lock (_gate)
        {
            Forget(lines);
            if (!_kinds.ContainsKey(kind) && _kinds.Count >= KindsMax)
                (kind, safe) = ("", $"more kinds of refusals follow, the first: {safe}");
            if (_kinds.TryGetValue(kind, out Kind? known)) known.LeftOut++;
            else
            {
                _kinds[kind] = new Kind(safe, clock.GetTimestamp());
                lines.Add(safe);
            }
        }
        foreach (string each in lines) log(each);
    }

    /// <summary>Kinds whose minute is over go, with the number of their lines that were left out.</summary>
    private void Forget(List<string> lines)
    {
        foreach ((string key, Kind kind) in _kinds.Where(known => clock.GetElapsedTime(known.Value.Since) >= Every).ToList())
        {
            _kinds.Remove(key);
            if (kind.LeftOut > 0)
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{kind.LeftOut} more within a minute as: {kind.Line}"));
        }
    }

    /// <summary>A reason can quote what a stranger said: it stays on one line of bounded length.</summary>
    private static string Printable(string line)
    {
        string cut = line.Length <= LineMax ? line : string.Concat(line.AsSpan(0, LineMax), "...");
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(letter => char.IsControl(letter) ? ' ' : letter)) : cut;
    }
}
