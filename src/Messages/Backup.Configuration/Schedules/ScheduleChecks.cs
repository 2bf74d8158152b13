using Backup.Configuration.Resources;
using Backup.Messages.Jobs;
using Backup.Messages.Schedules;

namespace Backup.Configuration.Schedules;

/// <summary>That what a schedule and a scheduled job name is there, and that the job can run with nobody to ask.</summary>
internal sealed class ScheduleChecks(ResourceSet resources, MistakeList mistakes)
{
    public void CheckAll()
    {
        foreach (ResourceValues schedule in resources.Of(ResourceTable.Schedule)) CheckSchedule(schedule);
        foreach (ResourceValues job in resources.Of(ResourceTable.Job)) CheckJob(job);
    }

    private void CheckSchedule(ResourceValues schedule)
    {
        if (schedule.Find("run") is not List<object> lines) return;
        if (!schedule.IsGiven("run[0]")) Wrong(schedule, "run", "a schedule has at least one line");
        bool allRead = !schedule.IsGiven($"run[{lines.Count}]"); // else the lines' numbers are not those of the places
        foreach ((int line, ScheduleRule rule) in lines.OfType<ScheduleRule>().Index())
        {
            string place = allRead ? $"run[{line}]" : "run";
            CheckNamed(schedule, place, "Pool", rule.Overrides.Pool);
            CheckNamed(schedule, place, "Storage", rule.Overrides.Storage);
            CheckNamed(schedule, place, "Messages", rule.Overrides.Messages);
        }
    }

    private void CheckNamed(ResourceValues schedule, string place, string kind, string? name)
    {
        if (name is null || resources.Has(kind, name)) return;
        Wrong(schedule, place, $"{kind.ToLowerInvariant()}={name}: there is no {kind} '{name}'"
            + NearestName.Hint(name, resources.NamesOf(kind)));
    }

    private void CheckJob(ResourceValues job)
    {
        if (job.Text("schedule") is null) return;
        if (job.Find("type") is JobType.Restore) Wrong(job, "schedule", "a restore is started by hand; leave schedule out");
        else if (resources.Find(ResourceTable.FileSet, job.Text("fileset")) is { } fileSet && fileSet.Find("paths-per-run") is true)
            Wrong(job, "schedule", $"fileset '{fileSet.Name}' has no paths of its own, and a schedule gives none; give it paths");
    }

    private void Wrong(ResourceValues resource, string key, string text) => mistakes.Add(resource.PositionOf(key), resource.Title, text);
}
