using Akka.Actor;
using Backup.Actors.Director.Catalogs;
using Backup.Catalog.Volumes;
using Backup.Messages.Ids;
using Backup.Messages.Storages;

namespace Backup.Actors.Director.Media;

/// <summary>
/// Job → media: a volume of this pool on this storage, please; another than <paramref name="Except"/>, which is full or for this reason
/// unfit (IsProtected: to be written alone), and than those that the storage's other drives write to.
/// </summary>
internal sealed record VolumeNeeded(
    JobId Job, string Storage, string Pool, string? Except = null, IReadOnlyList<string>? Busy = null, string? WhyUnfit = null,
    bool IsProtected = false);

/// <summary>Media → job: the volume, or why there is none, and whether one may come.</summary>
internal sealed record VolumeAnswer(VolumeAssignment? Volume, string Reason, bool MayCome);

/// <summary>Job → media: what bears the name of this new volume could not be used; no new volume is to be named so.</summary>
internal sealed record VolumeUnusable(string Volume);

/// <summary>Job → media: the job has ended.</summary>
internal sealed record VolumeReleased(JobId Job);

/// <summary>Director → media: the cartridges that the library of a storage has; null where it has no library.</summary>
internal sealed record CartridgesSeen(string Storage, IReadOnlyList<string>? Cartridges);

/// <summary>
/// Chooses volumes, one request at a time, so that two jobs never name the same new one apart. A new volume is promised here until its
/// label reaches the catalog with the first commit point; jobs that ask meanwhile share it. A volume that is full before the catalog
/// hears of
/// it is remembered here too: it would come into the catalog as one that can be written on. How many jobs write to which volume is
/// known of
/// those that asked in this life of the director.
/// </summary>
internal sealed class MediaActor : ReceiveActor, IWithUnboundedStash
{
    /// <summary>Names kept of media that could not be used: beyond these a job fails, and says which medium is in its way.</summary>
    private const int UnusableMax = 10_000;

    /// <summary>Full volumes that the catalog has not heard of: an outbox that is behind by more has other cares.</summary>
    private const int FullMax = 1000;

    private readonly DirectorParts _parts;
    private readonly Dictionary<(string Storage, string Pool), VolumeAssignment> _promised = [];
    private readonly HashSet<string> _unusable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>?> _cartridges = new(StringComparer.Ordinal);
    private readonly Dictionary<JobId, string> _writing = [];
    private IReadOnlyList<string> _full = [];

    public MediaActor(DirectorParts parts)
    {
        _parts = parts;
        Ready();
    }

    public IStash Stash { get; set; } = null!;

    public static Props Props(DirectorParts parts) => Akka.Actor.Props.Create(() => new MediaActor(parts));

    private sealed record Chosen(VolumeNeeded Need, IActorRef Asker, VolumeAnswer Answer, IReadOnlyList<string> Full);

    private void Ready()
    {
        Receive<VolumeNeeded>(Choose);
        Receive<VolumeReleased>(released => _writing.Remove(released.Job));
        Receive<CartridgesSeen>(seen => _cartridges[seen.Storage] = seen.Cartridges);
        Receive<VolumeUnusable>(unusable => NoteUnusable(unusable.Volume));
    }

    private void Choosing()
    {
        Receive<Chosen>(chosen =>
        {
            if (chosen.Answer.Volume is { IsNew: true } promised) _promised[(chosen.Need.Storage, chosen.Need.Pool)] = promised;
            _full = chosen.Full;
            if (chosen.Answer.Volume is { } volume) _writing[chosen.Need.Job] = volume.Volume;
            chosen.Asker.Tell(chosen.Answer);
            Become(Ready);
            Stash.UnstashAll();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Choose(VolumeNeeded need)
    {
        IActorRef asker = Sender;
        if (_parts.Live.FindPool(need.Pool) is not { } pool)
        {
            asker.Tell(new VolumeAnswer(null, $"there is no pool '{need.Pool}'", false));
            return;
        }
        if (need is { WhyUnfit: not null, Except: { } unfit }) NoteUnusable(unfit);
        VolumeAssignment? promised = _promised.GetValueOrDefault((need.Storage, need.Pool));
        var taken = new Taken(promised, [.. _unusable])
        {
            OfOthers = [.. _promised.Values.Select(other => other.Volume)],
            Cartridges = _cartridges.GetValueOrDefault(need.Storage),
            Jobs = _writing.Where(one => one.Key != need.Job).CountBy(one => one.Value).ToDictionary(StringComparer.Ordinal),
        };
        bool isFull = need is { WhyUnfit: null, Except: not null } && !_full.Contains(need.Except);
        string[] full = isFull ? [.. _full.TakeLast(FullMax - 1), need.Except!] : [.. _full];
        Become(Choosing);
        _parts.Gate.Run(catalog =>
        {
            VolumeChoosing.MarkUnfit(catalog, need);
            IReadOnlyList<string> unknown = VolumeChoosing.MarkFull(catalog, full);
            return new Chosen(need, asker, VolumeChoosing.Choose(catalog, need, pool, taken with { Full = unknown }, _parts), unknown);
        }).PipeTo(Self, failure: e => new Chosen(need, asker, new VolumeAnswer(null, e.GetBaseException().Message, true), full));
    }

    private void NoteUnusable(string volume)
    {
        if (_unusable.Count < UnusableMax) _unusable.Add(volume);
    }
}
