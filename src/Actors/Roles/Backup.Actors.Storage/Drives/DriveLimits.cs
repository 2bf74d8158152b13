namespace Backup.Actors.Storage.Drives;

/// <summary>How patient a storage is with its drives.</summary>
public sealed record DriveLimits
{
    /// <summary>Tries to open a drive for a medium before its job gives up; 0: until it has waited for a drive as long as it may.</summary>
    public int OpenTries { get; init; }

    /// <summary>Between two tries.</summary>
    public TimeSpan OpenInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one opening may take; zero: as long as it takes.</summary>
    public TimeSpan OpenTimeout { get; init; }

    /// <summary>How long one read, write or motion may take; zero: as long as it takes.</summary>
    public TimeSpan IoTimeout { get; init; }

    /// <summary>A medium that is not closed well is told of, and nothing else comes of it.</summary>
    public bool IgnoresCloseErrors { get; init; }

    /// <summary>Drives of a library, from 0, in which nothing is read.</summary>
    public IReadOnlyList<int> NotRead { get; init; } = [];

    /// <summary>Drives of a library, from 0, in which nothing is written.</summary>
    public IReadOnlyList<int> NotWritten { get; init; } = [];

    /// <summary>May a drive be used so?</summary>
    public bool MayUse(int drive, bool writes) => !(writes ? NotWritten : NotRead).Contains(drive);

    /// <summary>How many of so many drives may be written in.</summary>
    public int ToWrite(int drives) => Enumerable.Range(0, drives).Count(drive => MayUse(drive, writes: true));
}
