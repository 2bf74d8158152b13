using Backup.Messages.Ids;
using Backup.Volumes.Trees;
using Microsoft.Data.Sqlite;

namespace Backup.Actors.Client.Nodes;

/// <summary>
/// Tree nodes in a SQLite file, each checked against its id when it is read. It is only a cache: nothing is synced, and a file that is
/// damaged,
/// full or gone makes it empty, never wrong. Thread safe by one lock.
/// </summary>
public sealed class NodeCache : ITreeCache, IDisposable
{
    private const int BatchNodes = 512; // of one transaction; a commit costs as much as some ten nodes

    private readonly Lock _lock = new();
    private readonly NodeCacheSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HashSet<SessionId> _confirmed = [];
    private NodeCacheTables? _tables;
    private int _batch;

    public NodeCache(NodeCacheSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _clock) = (settings, clock);
        _tables = NodeCacheTables.TryOpen(settings.File) ?? Anew();
        Evict();
    }

    /// <summary>Why it works as an empty one; null while it works.</summary>
    public string? Fault { get; private set; }

    private NodeCacheTables? Anew()
    {
        NodeCacheTables.Delete(_settings.File);
        NodeCacheTables? tables = NodeCacheTables.TryOpen(_settings.File);
        if (tables is null) Fault = $"{_settings.File}: no node cache can be made here";
        return tables;
    }

    public byte[]? Find(NodeId id) => Guarded(tables =>
    {
        if (tables.Find(id) is not { } row) return null;
        if (NodeCodec.IdOf(row.Encoding) != id) return null;
        if (row.UsedDay < Today)
        {
            Batch(tables);
            tables.Touch(id, Today);
        }
        return row.Encoding;
    });

    public SessionId? HolderOf(NodeId id) => Guarded<SessionId?>(tables =>
        tables.HolderOf(id) is { } holder && IsConfirmed(tables, holder) ? holder : null);

    public void Add(StoredNode node) => Guarded<object>(tables =>
    {
        AddPending(node);
        if (_confirmed.Add(node.Holder)) tables.Confirm(node.Holder);
        return null;
    });

    public void AddPending(StoredNode node) => Guarded<object>(tables =>
    {
        ArgumentNullException.ThrowIfNull(node);
        Batch(tables);
        tables.Put(node, Today);
        return null;
    });

    public void Confirm(SessionId session, NodeId root) => Guarded<object>(tables =>
    {
        if (_confirmed.Add(session)) tables.Confirm(session);
        if (!root.IsEmpty) tables.Complete(root, Today);
        Settle(tables);
        return null;
    });

    public bool IsComplete(NodeId root) => root.IsEmpty || Guarded<object>(tables => tables.IsComplete(root) ? root : null) is not null;

    /// <summary>Lets go of what has been unused for too long, and of the longest unused where there is too much.</summary>
    public void Evict() => Guarded<object>(tables =>
    {
        Settle(tables);
        tables.DeleteUnusedSince(Today - _settings.UnusedDaysMax);
        while (tables.Bytes() > _settings.BytesMax && tables.DeleteLongestUnused()) { }
        return null;
    });

    public void Dispose()
    {
        Guarded<object>(tables =>
        {
            Settle(tables);
            return null;
        });
        lock (_lock)
        {
            _tables?.Dispose();
            _tables = null;
        }
    }

    private long Today => _clock.GetUtcNow().ToUnixTimeSeconds() / 86_400;

    private bool IsConfirmed(NodeCacheTables tables, SessionId session)
    {
        if (_confirmed.Contains(session)) return true;
        if (!tables.IsConfirmed(session)) return false;
        _confirmed.Add(session);
        return true;
    }

    private void Batch(NodeCacheTables tables)
    {
        if (_batch++ == 0) tables.Begin();
        else if (_batch > BatchNodes)
        {
            tables.Commit();
            tables.Begin();
            _batch = 1;
        }
    }

    private void Settle(NodeCacheTables tables)
    {
        if (_batch > 0) tables.Commit();
        _batch = 0;
    }

    /// <summary>The first fault of the file ends its use: from then on the cache is empty, and the session goes on.</summary>
    private T? Guarded<T>(Func<NodeCacheTables, T?> work)
    {
        lock (_lock)
        {
            if (_tables is null) return default;
            try
            {
                return work(_tables);
            }
            catch (SqliteException e)
            {
                Fault = $"{_settings.File}: {e.Message}";
                _tables.Dispose();
                _tables = null;
                return default;
            }
        }
    }
}
