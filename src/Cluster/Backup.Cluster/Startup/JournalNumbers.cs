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
    /// <summary>
    /// The highest number among persistence ids of the form prefix + number; 0 where there is none. A catalog that was rebuilt knows fewer
    /// runs than the journal, and must not give their numbers again.
    /// </summary>
    public static async Task<long> Highest(ActorSystem system, string prefix)
    {
        using ActorMaterializer materializer = system.Materializer();
        var journal = PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
        Source<string, NotUsed> ids = journal.CurrentPersistenceIds();
        return await ids.RunAggregate(0L, (highest, id) => Math.Max(highest, NumberOf(id, prefix)), materializer).ConfigureAwait(false);
    }

    private static long NumberOf(string id, string prefix) =>
        id.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(id.AsSpan(prefix.Length), out long number) ? number : 0;
}
