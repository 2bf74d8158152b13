using System.Globalization;
using Backup.Actors.Storage.Outbox;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// A session's log in the outbox, cut at every byte of every append: its file only grows, and each append waits for stable storage
/// before it
/// returns, so that a crash leaves what was there and some of what was being appended, with zeros where the file grew before its bytes
/// came.
/// </summary>
internal sealed class OutboxCrashPoints(ulong seed)
{
    private readonly Seeded _chance = new(seed);
    private readonly List<(Dictionary<string, byte[]> Files, string Owed)> _states = [];

    /// <summary>Crashes that were recovered from.</summary>
    public int Count { get; private set; }

    /// <summary>Throws where a recovery is not as it must be.</summary>
    public void Run()
    {
        string folder = LifeFolder.Take();
        string again = LifeFolder.Take();
        try
        {
            Write(folder);
            for (int i = 0; i + 1 < _states.Count; i++) Between(again, i);
        }
        finally
        {
            LifeFolder.Leave(folder);
            LifeFolder.Leave(again);
        }
    }

    private void Write(string folder)
    {
        var session = new SessionId(_chance.NewGuid());
        Note(folder);
        OutboxLog log = OutboxLog.Create(new StorageOutbox(folder, 1 << 30), new OutboxHead(session, new JobId(7), 1, default, null));
        Note(folder);
        for (int i = 1; i <= 3; i++)
        {
            var records = new byte[_chance.Below(300)];
            _chance.Fill(records);
            log.Append(new CommittedPart(new CatalogueCommit(
                session, new StreamPosition(i - 1, 0), new StreamPosition(i, 0), $"/data/{i}", default,
                new VolumeSpan("V0001", new VolumeLifeId(_chance.NewGuid()), i, i), "pool", "storage", default, i, i), records));
            Note(folder);
        }
        log.Acknowledge();
        Note(folder);
        log.Append(new StoreSessionEnded(session, null, new StreamPosition(3, 0), "/data/3", [], "cut", [], new JobId(7)));
        Note(folder);
        log.Delete();
        Note(folder);
    }

    private void Note(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).ToDictionary(f => f, f => LifeFolder.Read(folder, f));
        string copy = LifeFolder.Take();
        Lay(copy, files);
        _states.Add((files, Owed(copy)));
        LifeFolder.Leave(copy);
    }

    /// <summary>Every disk that a crash in the call from this state to the next can leave.</summary>
    private void Between(string folder, int state)
    {
        (Dictionary<string, byte[]> before, string owed) = _states[state];
        (Dictionary<string, byte[]> after, string owedThen) = _states[state + 1];
        foreach (string file in before.Keys.Union(after.Keys))
        {
            byte[]? old = before.GetValueOrDefault(file);
            byte[]? fresh = after.GetValueOrDefault(file);
            Check(folder, file, old, owed, owedThen, state);
            Check(folder, file, fresh, owed, owedThen, state);
            if (fresh is null) continue;
            for (int length = old?.Length ?? 0; length < fresh.Length; length++)
            {
                Check(folder, file, fresh[..length], owed, owedThen, state);
                Check(folder, file, [.. fresh[..length], .. new byte[fresh.Length - length]], owed, owedThen, state);
            }
        }
    }

    private void Check(string folder, string file, byte[]? bytes, string before, string after, int state)
    {
        Lay(folder, bytes is null ? [] : new Dictionary<string, byte[]> { [file] = bytes });
        string owed = Owed(folder);
        Verdicts.Require(owed == before || owed == after,
            $"seed {seed}, outbox, call {state}, {bytes?.Length} bytes: it owes {owed}, which is neither {before} nor {after}");
        Count++;
    }

    /// <summary>What a storage that is started over this folder takes up: whose log, and each entry with its digest.</summary>
    private static string Owed(string folder)
    {
        var text = new List<string>();
        foreach (OutboxLog log in new StorageOutbox(folder, 1 << 30).OpenLeft())
        {
            text.Add(string.Create(CultureInfo.InvariantCulture, $"{log.Head.Session} up to {log.Head.Position}:"));
            for (; log.Next() is { } entry; log.Acknowledge())
                text.Add($"{entry.Kind} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(log.Read(entry)))[..8]}");
            log.Close();
        }
        return string.Join(' ', text);
    }

    private static void Lay(string folder, Dictionary<string, byte[]> files)
    {
        LifeFolder.Empty(folder);
        foreach ((string name, byte[] bytes) in files) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }
}
