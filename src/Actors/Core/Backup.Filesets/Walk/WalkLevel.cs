using Backup.Filesets.Select;

namespace Backup.Filesets.Walk;

/// <summary>One directory on the way down to where the walk is. Used again for the next directory of the same depth.</summary>
internal sealed class WalkLevel
{
    public DirectoryListing Listing { get; } = new();
    public IOpenDirectory? Opened { get; set; }
    public FileStatus Status { get; set; }

    /// <summary>Where this directory lies in the tree of roots; null beside it.</summary>
    public RootTree? Roots { get; set; }

    /// <summary>Only what leads to a root is looked at.</summary>
    public bool RootsOnly { get; set; }
    public Selection Selection { get; set; }
    public int PathLength { get; set; }
    public int Next { get; set; }
}
