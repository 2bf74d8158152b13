using Backup.Catalog.Trees;

namespace Backup.Catalog.Sql;

/// <summary>A node on its way in: checked, not packed yet.</summary>
internal readonly record struct NodeRow(byte[] Hash, byte[] Encoding);

/// <summary>One note of an unsaved file on its way in.</summary>
internal readonly record struct UnsavedRow(long FromIndex, long Ordinal, byte[] Path, long Reason, string Detail);

/// <summary>What engines say differently, and how each takes many rows at once.</summary>
internal abstract class SqlDialect
{
    /// <summary>Moves the engine's own sequence of job ids behind @used, never back.</summary>
    public abstract string KeepJobIdsAbove { get; }

    /// <summary>Reads the epoch so that nobody takes another before this transaction has ended.</summary>
    public abstract string HoldEpoch { get; }

    /// <summary>Whether a column is one of @jobs.</summary>
    public abstract string AmongJobs { get; }

    /// <summary>Adds nodes that are not there and their holder. Returns how many nodes were in no job's tree before.</summary>
    public abstract int AddNodes(SqlUnit unit, NodeBodies bodies, long session, IEnumerable<NodeRow> nodes);

    /// <summary>Adds the notes of one commit point that are not there.</summary>
    public abstract void AddUnsaved(SqlUnit unit, long session, IEnumerable<UnsavedRow> notes);
}
