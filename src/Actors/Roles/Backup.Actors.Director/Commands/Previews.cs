using System.Globalization;
using Backup.Actors.Director.Jobs;
using Backup.Catalog;
using Backup.Catalog.Sessions;
using Backup.Commands;
using Backup.Jobs.Jobs;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>What a run would be, as facts for a reader who has not said yes.</summary>
internal static class Previews
{
    public static IEnumerable<ApiEvent> Of(JobSpecification job)
    {
        yield return ColumnsEvent.Of(CommandId.Run);
        (string, string)[] facts =
        [
            ("job", job.JobName), ("level", job.Level.ToString()), ("client", job.Client), ("fileset", job.EffectiveFileSet!.Name),
            ("paths", string.Join(' ', job.EffectiveFileSet.Roots)), ("storage", job.Storage), ("pool", job.Pool),
            ("priority", job.Priority.ToString(CultureInfo.InvariantCulture)), ("reference", job.JoinsReferences ? "yes" : "no"),
            ("when", job.Scheduled.ToString()),
        ];
        foreach ((string what, string value) in facts) yield return Fact(what, value);
    }

    /// <summary>The restore and its plan: the volumes it reads in their order, and what no volume has.</summary>
    public static IEnumerable<ApiEvent> OfRestore(JobSpecification job, ICatalog catalog)
    {
        RestoreSelection chosen = job.Restore!;
        RestorePlanAnswered plan = RestorePlanning.Plan(catalog, chosen, job.Storage);
        IReadOnlyList<NeededSession> needs = catalog.Sessions.NeededBy(chosen.SourceJob);
        yield return ColumnsEvent.Of(CommandId.Restore);
        yield return Fact("jobid", chosen.SourceJob.ToString());
        yield return Fact("job", job.JobName);
        yield return Fact("restoreclient", job.Client);
        foreach (byte[] path in chosen.Paths) yield return Fact("file", ByteText.Show(path));
        yield return Fact("where", chosen.Target.Length > 0 ? ByteText.Show(chosen.Target) : "the old place");
        yield return Fact("replace", chosen.Replace.ToString());
        yield return Fact("dryrun", chosen.DryRun ? "yes" : "no");
        yield return Fact("storage", job.Storage);
        yield return Fact("whole tree", string.Create(CultureInfo.InvariantCulture,
            $"{needs.Sum(n => n.Need.Files):#,0} files, {needs.Sum(n => n.Need.Bytes):#,0} bytes"));
        foreach (string volume in plan.Volumes) yield return Fact("volume", volume);
        foreach (string missing in plan.Missing) yield return Fact("missing", missing);
    }

    private static RowEvent Fact(string what, string value) => RowEvent.Of(("what", what), ("value", value));
}
