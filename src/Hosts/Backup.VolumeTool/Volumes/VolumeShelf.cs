using Backup.Messages.Ids;
using Backup.Messages.Sessions;
using Backup.Volumes.Labels;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Volumes;

/// <summary>One volume of the shelf with what its index says.</summary>
internal sealed record ShelvedVolume(OpenVolume Volume, SessionCatalogue Catalogue);

/// <summary>A session over all volumes of the shelf.</summary>
internal sealed record ShelvedSession(SessionId Session, SessionLabel? Label, SessionEnd? End, IReadOnlyList<ShelvedVolume> Volumes);

/// <summary>Volumes at hand, with their indexes read.</summary>
internal sealed class VolumeShelf : IDisposable
{
    private readonly List<ShelvedVolume> _volumes = [];

    private VolumeShelf()
    {
    }

    public VolumeNodes Nodes { get; } = new();
    public IReadOnlyList<ShelvedVolume> Volumes => _volumes;

    /// <summary>Opens each volume and reads its index.</summary>
    public static VolumeShelf Open(IEnumerable<string> paths)
    {
        var shelf = new VolumeShelf();
        bool whole = false;
        try
        {
            foreach (string path in paths) shelf.Add(new OpenVolume(path));
            whole = true;
            return shelf;
        }
        finally
        {
            if (!whole) shelf.Dispose();
        }
    }

    /// <summary>The sessions of all volumes, oldest first.</summary>
    public IReadOnlyList<ShelvedSession> Sessions() =>
    [
        .. _volumes.SelectMany(volume => volume.Catalogue.Sessions.Select(session => (volume, session)))
            .GroupBy(pair => pair.session.Session)
            .Select(group => new ShelvedSession(
                group.Key,
                group.Select(pair => pair.session.Start ?? pair.session.Continues?.Label).FirstOrDefault(label => label is not null),
                group.Select(pair => pair.session.End).FirstOrDefault(end => end is not null),
                [.. group.Select(pair => pair.volume)]))
            .OrderBy(session => session.Label?.Started ?? default),
    ];

    /// <summary>The session whose id begins so, or the newest that ended well. One line where there is none or more than one.</summary>
    public ShelvedSession Choose(string? id)
    {
        IReadOnlyList<ShelvedSession> sessions = Sessions();
        if (id is null)
            return sessions.LastOrDefault(session => session.End is { Seal.Failure: null })
                ?? (sessions.Count > 0 ? sessions[^1] : throw new ToolException("there is no session on these volumes"));
        ShelvedSession[] found =
            [.. sessions.Where(session => session.Session.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ToolException($"no session on these volumes begins with '{id}': ls shows those there are"),
            _ => throw new ToolException($"{found.Length} sessions begin with '{id}': write more of the id"),
        };
    }

    public void Dispose()
    {
        foreach (ShelvedVolume shelved in _volumes) shelved.Volume.Dispose();
        Nodes.Dispose();
    }

    private void Add(OpenVolume volume) => _volumes.Add(new ShelvedVolume(volume, volume.Reader.ReadIndex(Nodes)));
}
