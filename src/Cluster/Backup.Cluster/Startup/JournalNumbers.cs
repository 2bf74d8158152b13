using Akka;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Backup.Cluster.Startup;

/// <summary>What the journal says of persistent actors as a whole.</summary>
public static class JournalNumbers
{
    private const int AttemptsMax = 12;

    /// <summary>
    /// The highest number among persistence ids of the form prefix + number; 0 where there is none. A catalog that was rebuilt knows fewer
    /// runs than the journal, and must not give their numbers again.
    /// </summary>
    public static async Task<long> Highest(ActorSystem system, string prefix)
    {
        using ActorMaterializer materializer = system.Materializer();
        SqlReadJournal journal = Open(system);
        Source<string, NotUsed> ids = journal.CurrentPersistenceIds();
        return await ids.RunAggregate(0L, (highest, id) => Math.Max(highest, NumberOf(id, prefix)), materializer).ConfigureAwait(false);
    }

    /// <summary>
    /// The plugin gives the write journal 5 s to answer when it is made; on a machine that is busy while it starts, that is too little.
    /// </summary>
    private static SqlReadJournal Open(ActorSystem system)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
            }
            catch (Exception e) when (e.GetBaseException() is AskTimeoutException or TimeoutException)
            {
                if (attempt == AttemptsMax) throw new JournalException("the journal does not answer; see the log, then start again", e);
            }
        }
    }

    private static long NumberOf(string id, string prefix) =>
        id.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(id.AsSpan(prefix.Length), out long number) ? number : 0;
}
