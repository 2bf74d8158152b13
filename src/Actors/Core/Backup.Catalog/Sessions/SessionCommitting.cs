using Backup.Catalog.Sql;
using Backup.Catalog.Trees;
using Backup.Catalog.Volumes;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Volumes.Trees;

namespace Backup.Catalog.Sessions;

/// <summary>Takes one commit point into the catalog.</summary>
internal static class SessionCommitting
{
    public static CommitAnswer Commit(SqlUnit unit, NodeBodies bodies, SessionCommit commit, Origin origin)
    {
        CheckShape(unit, commit);
        SessionData? session = SqlSessions.Load(unit, commit.Session);
        if (session is null && origin == Origin.Live) throw unit.Refused("the session is not open");
        session ??= SqlSessions.Await(unit, commit.Session);
        long volume = SqlVolumes.IdOf(unit, commit.Span.Life)
            ?? throw unit.Refused($"volume {commit.Span.Volume} (life {commit.Span.Life}) is unknown; record its label first");
        SqlVolumes.Count(unit, volume, commit.Counters, commit.Committed);
        if (IsKnown(unit, session, commit))
        {
            Span(unit, session, volume, commit);
            return new CommitAnswer(false, session.Catalogued, 0);
        }
        if (origin == Origin.Live) CheckOrder(unit, session, commit);
        int added = unit.Dialect.AddNodes(unit, bodies, session.Id, NodeRows.Checked(unit, commit.Session, commit.Nodes));
        unit.Dialect.AddUnsaved(unit, session.Id, Notes(commit));
        Span(unit, session, volume, commit);
        AddCommitPoint(unit, session, volume, commit);
        return new CommitAnswer(true, Advance(unit, session), added);
    }

    private static void CheckShape(SqlUnit unit, SessionCommit commit)
    {
        (StreamPosition from, StreamPosition to) = (commit.From, commit.To);
        if (from.Data < 0 || from.Index < 0 || to.Data < from.Data || to.Index < from.Index)
            throw unit.Refused($"a commit point cannot go from {Show(from)} to {Show(to)}");
        bool none = commit.Span is { FirstBlock: -1, LastBlock: -1 };
        if (!none && (commit.Span.FirstBlock < 0 || commit.Span.LastBlock < commit.Span.FirstBlock))
            throw unit.Refused($"blocks {commit.Span.FirstBlock} to {commit.Span.LastBlock} are no span");
    }

    /// <summary>A commit point is known by where it begins; an empty one (a session's end alone) is known where all up to it is.</summary>
    private static bool IsKnown(SqlUnit unit, SessionData session, SessionCommit commit)
    {
        if (commit.To == commit.From) return true;
        CommitData? known = unit.One<CommitData>(SessionSql.FindCommit,
            new { id = session.Id, data = commit.From.Data, index = commit.From.Index });
        if (known is null) return false;
        return known.To == commit.To ? true
            : throw unit.Refused($"the commit point at {Show(commit.From)} went to {Show(known.To)}, not to {Show(commit.To)}");
    }

    private static void CheckOrder(SqlUnit unit, SessionData session, SessionCommit commit)
    {
        if (session.Verdict is not null) throw unit.Refused("the session has ended");
        if (commit.From != session.Catalogued)
            throw unit.Refused(
                $"the commit point begins at {Show(commit.From)}, but the catalog has the session up to {Show(session.Catalogued)}");
    }

    private static IEnumerable<UnsavedRow> Notes(SessionCommit commit) => commit.Unsaved.Select((file, ordinal) =>
        new UnsavedRow(commit.From.Index, ordinal, file.Path, (long)file.Reason, file.Detail));

    private static void Span(SqlUnit unit, SessionData session, long volume, SessionCommit commit)
    {
        if (commit.Span.FirstBlock < 0) return;
        unit.Execute(SessionSql.Span, new
        {
            id = session.Id,
            volume,
            first = commit.Span.FirstBlock,
            last = commit.Span.LastBlock,
            fromData = commit.From.Data,
            fromIndex = commit.From.Index,
        });
    }

    private static void AddCommitPoint(SqlUnit unit, SessionData session, long volume, SessionCommit commit) =>
        unit.Execute(SessionSql.AddCommit, new
    {
        id = session.Id,
        fromData = commit.From.Data,
        fromIndex = commit.From.Index,
        toData = commit.To.Data,
        toIndex = commit.To.Index,
        lastPath = commit.LastPath,
        committed = SqlTime.Of(commit.Committed),
        volume,
        lastBlock = commit.Span.LastBlock,
        segment = commit.Segment > 0 ? commit.Segment : (long?)null,
        lastFile = commit.Segment > 0 ? commit.LastFileIndex : (long?)null,
    });

    /// <summary>Follows the commit points from where the catalog had the session to the first gap.</summary>
    private static StreamPosition Advance(SqlUnit unit, SessionData session)
    {
        StreamPosition at = session.Catalogued;
        while (unit.One<CommitData>(SessionSql.FindCommit,
            new { id = session.Id, data = at.Data, index = at.Index }) is { } next) at = next.To;
        unit.Execute(SessionSql.Catalogued, new { id = session.Id, data = at.Data, index = at.Index });
        return at;
    }

    private static string Show(StreamPosition position) => $"record {position.Data} of data, {position.Index} of the index";
}
