using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Sessions;

namespace Backup.Catalog.Sessions;

/// <summary>A session as its row stands in the database.</summary>
internal sealed class SessionData
{
    public long Id { get; set; }
    public byte[] Guid { get; set; } = [];
    public long? Job { get; set; }
    public string? JobName { get; set; }
    public long CataloguedData { get; set; }
    public long CataloguedIndex { get; set; }
    public string? Verdict { get; set; }
    public long? Ended { get; set; }
    public byte[]? Root { get; set; }
    public long? SealedData { get; set; }
    public long? SealedIndex { get; set; }
    public long? Entries { get; set; }
    public long? FilesSaved { get; set; }
    public long? BytesRead { get; set; }
    public long? BytesSent { get; set; }
    public long? DataRecords { get; set; }
    public long? Nodes { get; set; }
    public long? Unsaved { get; set; }
    public long? Warnings { get; set; }

    public StreamPosition Catalogued => new(CataloguedData, CataloguedIndex);
    public SessionId Session => SessionId.Read(Guid);

    public SessionTotals? Totals => Verdict is null ? null : new SessionTotals(
        Entries ?? 0, FilesSaved ?? 0, BytesRead ?? 0, BytesSent ?? 0, DataRecords ?? 0, Nodes ?? 0, Unsaved ?? 0, Warnings ?? 0);
}

/// <summary>The end of a commit point.</summary>
internal sealed class CommitData
{
    public long ToData { get; set; }
    public long ToIndex { get; set; }
    public StreamPosition To => new(ToData, ToIndex);
}

internal sealed class NeedData
{
    public byte[] Needed { get; set; } = [];
    public long Files { get; set; }
    public long Bytes { get; set; }
    public long Nodes { get; set; }
    public long? Holder { get; set; }
    public long? Job { get; set; }
    public long Whole { get; set; }

    public SessionNeed Need => new(SessionId.Read(Needed), Files, Bytes, Nodes);
}

internal sealed class SessionVolumeData
{
    public string Name { get; set; } = "";
    public byte[] Life { get; set; } = [];
    public string State { get; set; } = "";
    public string Pool { get; set; } = "";
    public string Storage { get; set; } = "";
    public long FirstBlock { get; set; }
    public long LastBlock { get; set; }

    public SessionVolume Volume =>
        new(new VolumeSpan(Name, VolumeLifeId.Read(Life), FirstBlock, LastBlock), Enum.Parse<VolumeState>(State));
}

internal sealed class UnsavedData
{
    public byte[] Path { get; set; } = [];
    public long Reason { get; set; }
    public string Detail { get; set; } = "";
}
