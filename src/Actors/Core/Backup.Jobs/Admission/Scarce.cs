namespace Backup.Jobs.Admission;

/// <summary>What there is not always enough of, the most special first: a job that lacks several is said to wait for the first.</summary>
public enum ScarceKind
{
    /// <summary>One run after the other of the same job for the same client and roots.</summary>
    Run,
    Job,
    Client,
    Storage,

    /// <summary>The drives of a storage, each of which writes volumes of one pool at a time.</summary>
    Drive,
    Director,
}

/// <summary>One thing that jobs share: of the director there is one, its name is empty.</summary>
public readonly record struct Scarce(ScarceKind Kind, string Name)
{
    public static readonly Scarce Director = new(ScarceKind.Director, "");

    public override string ToString() => Kind switch
    {
        ScarceKind.Director => "the director",
        ScarceKind.Drive => $"the drive of storage {Name}",
        ScarceKind.Run => "the previous run",
        _ => $"{Kind.ToString().ToLowerInvariant()} {Name}",
    };
}
