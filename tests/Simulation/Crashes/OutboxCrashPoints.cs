using System.Globalization;
using Backup.Actors.Storage.Outbox;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Messages.Storages;
using Backup.Messages.Values;

namespace Backup.Tests.Simulation.Crashes;

/// <summary>
/// A session's log in the outbox, in one file or in several, cut at every byte of every append: files only grow, and each append waits for
/// stable storage before it returns, so that a crash leaves what was there and some of what was being appended, with zeros where a file
/// grew before its bytes came. Files that go may still be there, each of them.
/// </summary>
internal sealed class OutboxCrashPoints(ulong seed)
{
    private readonly Seeded _chance = new(seed);
    private readonly long _fileBytes = seed % 2 == 0 ? 600 : StorageOutbox.FileBytesUsual;
    private readonly List<State> _states = [];

    /// <summary>The outbox after a call, and what a start over it would owe: whose log, and each entry.</summary>
    private sealed record State(Dictionary<string, byte[]> Files, string Head, IReadOnlyList<string> Owed);

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
        OutboxLog log = OutboxLog.Create(new StorageOutbox(folder, 1 << 30, fileBytes: _fileBytes), new OutboxHead(session, new JobId(7), 1, default, null));
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
        (string head, IReadOnlyList<string> owed) = Owed(copy);
        _states.Add(new State(files, head, owed));
        LifeFolder.Leave(copy);
    }

    /// <summary>Every disk that a crash in the call from this state to the next can leave.</summary>
    private void Between(string folder, int state)
    {
        (State before, State after) = (_states[state], _states[state + 1]);
        string[] changed = [.. before.Files.Keys.Union(after.Files.Keys)
            .Where(file => !before.Files.GetValueOrDefault(file, []).AsSpan().SequenceEqual(after.Files.GetValueOrDefault(file, [])))];
        foreach (string file in changed)
            for (int others = 0; others < 1 << changed.Length; others++)
            {
                Dictionary<string, byte[]> disk = new(before.Files);
                foreach ((int i, string other) in changed.Index()) Put(disk, other, ((others >> i) & 1) == 0 ? before : after);
                Cut(folder, state, disk, file);
            }
    }

    private static void Put(Dictionary<string, byte[]> disk, string file, State from)
    {
        if (from.Files.TryGetValue(file, out byte[]? bytes)) disk[file] = bytes;
        else disk.Remove(file);
    }

    private void Cut(string folder, int state, Dictionary<string, byte[]> disk, string file)
    {
        Check(folder, state, disk);
        if (!_states[state + 1].Files.TryGetValue(file, out byte[]? fresh)) return;
        for (int length = _states[state].Files.GetValueOrDefault(file, []).Length; length < fresh.Length; length++)
        {
            Check(folder, state, new(disk) { [file] = fresh[..length] });
            Check(folder, state, new(disk) { [file] = [.. fresh[..length], .. new byte[fresh.Length - length]] });
        }
    }

    private void Check(string folder, int state, Dictionary<string, byte[]> disk)
    {
        (State before, State after) = (_states[state], _states[state + 1]);
        Lay(folder, disk);
        (string head, IReadOnlyList<string> owed) = Owed(folder);
        bool isEither = (head == before.Head && owed.SequenceEqual(before.Owed)) || (head == after.Head && owed.SequenceEqual(after.Owed));
        // What was acknowledged may be owed again, any of it: the catalog takes it twice.
        bool isAgain = after.Files.Count < before.Files.Count && !owed.Except(before.Owed).Any() && !after.Owed.Except(owed).Any();
        Verdicts.Require(isEither || isAgain,
            $"seed {seed}, outbox, call {state}, {string.Join(", ", disk.Select(f => $"{f.Key} of {f.Value.Length} bytes"))}: it owes "
                + $"{head} {string.Join(' ', owed)}, which is neither {before.Head} {string.Join(' ', before.Owed)} nor {after.Head} "
                + string.Join(' ', after.Owed));
        Count++;
    }

    /// <summary>What a storage that is started over this folder takes up: whose log, and each entry with its digest.</summary>
    private (string Head, IReadOnlyList<string> Owed) Owed(string folder)
    {
        (string head, var owed) = ("nothing", new List<string>());
        foreach (OutboxLog log in new StorageOutbox(folder, 1 << 30, fileBytes: _fileBytes).OpenLeft())
        {
            head = string.Create(CultureInfo.InvariantCulture, $"{log.Head.Session} up to {log.Head.Position}:");
            for (; log.Next() is { } entry; log.Acknowledge())
                owed.Add($"{entry.Kind} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(log.Read(entry)))[..8]}");
            log.Close();
        }
        return (head, owed);
    }

    private static void Lay(string folder, Dictionary<string, byte[]> files)
    {
        LifeFolder.Empty(folder);
        foreach ((string name, byte[] bytes) in files) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }
}
