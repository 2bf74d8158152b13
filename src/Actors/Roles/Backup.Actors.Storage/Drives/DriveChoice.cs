using Backup.Messages.Ids;
using Backup.Messages.Values;

namespace Backup.Actors.Storage.Drives;

/// <summary>
/// A medium is wanted in a drive, for a job: to be written by it alone, or to be read beside others. Ended, asked under the lock of the
/// leases, says why the job wants nothing any more; null while it does.
/// </summary>
internal sealed record DriveAsk(string Medium, bool Writes, JobId Job, Func<string?> Ended)
{
    /// <summary>Since when it waits, where this is not the first try; null: since it asks.</summary>
    public Instant? Since { get; init; }

    public override string ToString() => $"job {Job} {(Writes ? "writes" : "reads")} {Medium}";
}

/// <summary>Who has a drive, since when; drive -1 is one that was made for it alone.</summary>
internal sealed record DriveHolding(DriveAsk Ask, int Drive, Instant Since)
{
    /// <summary>The drive while it is used; null before it was given out.</summary>
    public TimeLimitedDrive? Calls { get; set; }
}

/// <summary>
/// A drive that could not be opened is left alone until it is tried again; drive -1: the medium is, whose drive was made for it.
/// </summary>
internal sealed record DriveRest(int Drive, string Medium, Instant Until, string Reason)
{
    public override string ToString() => $"{Reason}; it is tried again at {Until}";
}

/// <summary>Which drive an ask gets now, or what it waits for, in words; Rests: for a drive to open.</summary>
internal readonly record struct DriveChoice(int? Drive, string? Wait, bool Rests = false)
{
    /// <summary>
    /// Pure. A medium is written by one or read by many; whoever came first for it goes first. Of a library's drives it gets the one that
    /// its medium stands in, else an empty one, else the one that has been free for the longest time; the sequence of
    /// <paramref name="free"/> says so. A drive that rests is given to nobody.
    /// </summary>
    /// <param name="ask">Who wants what.</param>
    /// <param name="held">What others have.</param>
    /// <param name="before">What others wait for who came earlier.</param>
    /// <param name="free">
    /// Free drives that may be used so, with the medium that stands in them, longest free first; null where drives are made.
    /// </param>
    /// <param name="rests">What could not be opened and is to be tried again later.</param>
    public static DriveChoice For(DriveAsk ask, IReadOnlyCollection<DriveHolding> held, IEnumerable<DriveAsk> before,
        IReadOnlyList<(int Drive, string? Medium)>? free, IReadOnlyList<DriveRest> rests)
    {
        bool Clashes(DriveAsk other) => other.Medium == ask.Medium && (other.Writes || ask.Writes);
        if (held.FirstOrDefault(holding => Clashes(holding.Ask)) is { } holder)
            return Waits($"{holder.Ask}, since {holder.Since}");
        if (before.FirstOrDefault(Clashes) is { } earlier) return Waits($"{earlier} first: it came before");
        if (free is null)
            return rests.FirstOrDefault(resting => resting.Medium == ask.Medium) is { } rest
                ? Waits($"{rest}", true) : new DriveChoice(-1, null);
        if (held.FirstOrDefault(holding => holding.Ask.Medium == ask.Medium) is { } reader)
            return Waits($"{reader.Ask} in drive {reader.Drive}, since {reader.Since}");
        if (free.Count == 0) return Waits("all drives are in use: " + string.Join(", ", held.Select(h => $"{h.Ask}, since {h.Since}")));
        List<(int Drive, string? Medium)> ready = [.. free.Where(one => rests.All(resting => resting.Drive != one.Drive))];
        if (ready.Count == 0) return Waits($"{rests.First(resting => resting.Drive == free[0].Drive)}", true);
        foreach ((int drive, string? medium) in ready)
            if (medium == ask.Medium) return new DriveChoice(drive, null);
        foreach ((int drive, string? medium) in ready)
            if (medium is null) return new DriveChoice(drive, null);
        return new DriveChoice(ready[0].Drive, null);
    }

    private static DriveChoice Waits(string reason, bool rests = false) => new(null, reason, rests);
}
