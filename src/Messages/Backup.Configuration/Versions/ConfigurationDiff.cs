namespace Backup.Configuration.Versions;

/// <summary>What became of a resource or of one of its keys.</summary>
public enum DiffKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>One difference. Key is empty where the whole resource came or went; a value that is not there is null.</summary>
public sealed record ConfigurationDifference(DiffKind Kind, string Resource, string Name, string Key, string? Before, string? After)
{
    /// <summary>One line, as "changed Job nightly: level = Full (was Incremental)".</summary>
    public override string ToString() => Kind switch
    {
        DiffKind.Added => Key.Length == 0 ? $"added {Resource} {Name}" : $"added {Resource} {Name}: {Key} = {After}",
        DiffKind.Removed => Key.Length == 0 ? $"removed {Resource} {Name}" : $"removed {Resource} {Name}: {Key} (was {Before})",
        _ => $"changed {Resource} {Name}: {Key} = {After} (was {Before})",
    };
}

/// <summary>What two configurations differ in, by resource and key, whatever files they were written in.</summary>
public static class ConfigurationDiff
{
    /// <summary>In the order of the second, what is gone last. Keys are compared as written; defaults count as not given.</summary>
    public static IReadOnlyList<ConfigurationDifference> Between(BackupConfiguration before, BackupConfiguration after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var old = before.Shown.ToDictionary(resource => (resource.Kind, resource.Name));
        var differences = new List<ConfigurationDifference>();
        foreach (ShownResource now in after.Shown)
        {
            if (!old.Remove((now.Kind, now.Name), out ShownResource? was))
                differences.Add(new ConfigurationDifference(DiffKind.Added, now.Kind, now.Name, "", null, null));
            else differences.AddRange(OfKeys(was, now));
        }
        differences.AddRange(old.Values.Select(gone =>
            new ConfigurationDifference(DiffKind.Removed, gone.Kind, gone.Name, "", null, null)));
        return differences;
    }

    private static IEnumerable<ConfigurationDifference> OfKeys(ShownResource was, ShownResource now)
    {
        foreach (string name in now.Keys.Concat(was.Keys).Select(key => key.Name).Distinct(StringComparer.Ordinal))
        {
            (ShownKey? before, ShownKey? after) = (Given(was, name), Given(now, name));
            if (before?.Value == after?.Value) continue;
            DiffKind kind = before is null ? DiffKind.Added : after is null ? DiffKind.Removed : DiffKind.Changed;
            yield return new ConfigurationDifference(kind, now.Kind, now.Name, name, before?.Visible, after?.Visible);
        }
    }

    private static ShownKey? Given(ShownResource resource, string key) =>
        resource.Keys.FirstOrDefault(known => known.Name == key && !known.IsDefault);
}
