using Backup.Configuration;
using Backup.Configuration.Resources;
using Backup.Jobs.Admission;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Turns;

/// <summary>
/// Which jobs have their turn and which wait for it, as the director's actor knows it. Decides by <see cref="Backup.Jobs.Admission.Turns"/>
/// with the limits of the configuration in force. Used by one actor alone.
/// </summary>
internal sealed class JobTurns(Func<BackupConfiguration> configuration, TimeProvider clock)
{
    private const int DirectorJobsDefault = 10;
    private static readonly TimeSpan PatienceDefault = TimeSpan.FromHours(6);

    private readonly Dictionary<JobId, ClaimSince> _running = [];
    private readonly Dictionary<JobId, ClaimSince> _waiting = [];
    private readonly Dictionary<JobId, (JobClaim Claim, Instant Due)> _later = [];
    private readonly Dictionary<JobId, string> _told = [];
    private readonly HashSet<JobId> _unheard = [];
    private readonly List<string> _inTheMaking = [];

    /// <summary>Who waits, as of the last decision.</summary>
    public IReadOnlyList<JobWait> Waits { get; private set; } = [];

    public IReadOnlyList<JobId> Running => [.. _running.Keys.OrderBy(job => job.Value)];

    /// <summary>The queue, and after it the jobs whose time has not come.</summary>
    public IReadOnlyList<JobId> Waiting =>
        [.. Waits.Select(wait => wait.Job), .. _later.OrderBy(job => job.Value.Due).Select(job => job.Key)];

    public bool Knows(JobId job) => _running.ContainsKey(job) || _waiting.ContainsKey(job) || _later.ContainsKey(job);

    /// <summary>When the job joins the queue; null where it is in it, or past it.</summary>
    public Instant? DueOf(JobId job) => _later.TryGetValue(job, out (JobClaim, Instant Due) later) ? later.Due : null;

    /// <summary>How long until the next job joins the queue; null where none is to. Zero where that has come since the last look.</summary>
    public TimeSpan? NextDue => _later.Count == 0 ? null
        : TimeSpan.FromTicks(Math.Max(0, _later.Values.Min(later => later.Due).Since(Instant.Now(clock)).Ticks));

    /// <summary>
    /// A run is wanted: may it be made, and what is canceled for it? Where it may, it counts until <see cref="Made"/> or
    /// <see cref="NotMade"/>.
    /// </summary>
    public Duplicates Want(JobSpecification wanted)
    {
        if (_waiting.Count + _inTheMaking.Count >= AdmissionLimits.WaitingMax)
            return Duplicates.None with { Refusal = $"{AdmissionLimits.WaitingMax} jobs wait for their turn; run it when some have ended" };
        string run = JobClaim.RunOf(wanted);
        if (wanted is { Duplicates: DuplicateRule.Refuse, Type: not JobType.Restore } && _inTheMaking.Contains(run))
            return Duplicates.None with { Refusal = $"job {wanted.JobName}: previous run still active: it is being queued" };
        Duplicates judged = Duplicates.Judge(wanted, _running.Values, _waiting.Values);
        if (judged.Refusal is null) _inTheMaking.Add(run);
        return judged;
    }

    public void Made(JobId job, JobSpecification wanted)
    {
        NotMade(wanted);
        Await(job, wanted, Instant.Now(clock));
    }

    private void Await(JobId job, JobSpecification wanted, Instant since)
    {
        JobClaim claim = JobClaim.Of(job, wanted);
        if (wanted.Scheduled > Instant.Now(clock)) _later[job] = (claim, wanted.Scheduled);
        else _waiting[job] = new ClaimSince(claim, since);
    }

    public void NotMade(JobSpecification wanted) => _inTheMaking.Remove(JobClaim.RunOf(wanted));

    /// <summary>A job of an earlier life: it counts for the director until it has said what it is.</summary>
    public void Unheard(JobId job)
    {
        _unheard.Add(job);
        _running[job] = new ClaimSince(new JobClaim(job, "", "", "", "", 0) { IsRestore = true }, Instant.Now(clock));
    }

    /// <summary>A job that was read from its journal has its turn, or waits for it as it did before.</summary>
    public void Recovered(JobRecovered said)
    {
        _unheard.Remove(said.Job);
        _running.Remove(said.Job);
        _waiting.Remove(said.Job);
        _told.Remove(said.Job);
        if (said.Waits) Await(said.Job, said.Specification, said.Since);
        else _running[said.Job] = new ClaimSince(JobClaim.Of(said.Job, said.Specification), said.Since);
    }

    /// <summary>Jobs of an earlier life that have not said what they are are waited for no longer.</summary>
    public IReadOnlyList<JobId> GiveUpOnUnheard()
    {
        JobId[] silent = [.. _unheard];
        _unheard.Clear();
        return silent;
    }

    public void Ended(JobId job)
    {
        _unheard.Remove(job);
        _running.Remove(job);
        _waiting.Remove(job);
        _later.Remove(job);
        _told.Remove(job);
    }

    /// <summary>
    /// Who begins now, and who has not heard yet what it waits for. Nobody begins before every job of an earlier life is known: it could
    /// hold what is given away here.
    /// </summary>
    public (IReadOnlyList<JobId> Begin, IReadOnlyList<JobWait> Tell) Give()
    {
        if (_unheard.Count > 0) return ([], []);
        Instant now = Instant.Now(clock);
        foreach ((JobId job, (JobClaim claim, Instant due)) in _later.Where(later => later.Value.Due <= now).ToList())
        {
            _later.Remove(job);
            _waiting[job] = new ClaimSince(claim, due);
        }
        var turns = Backup.Jobs.Admission.Turns.Decide(_running.Values, _waiting.Values, Limits, now);
        foreach (JobClaim claim in turns.Begin)
        {
            _waiting.Remove(claim.Job);
            _told.Remove(claim.Job);
            _running[claim.Job] = new ClaimSince(claim, now);
        }
        Waits = turns.Waiting;
        List<JobWait> news = [.. Waits.Where(wait => _told.GetValueOrDefault(wait.Job) != wait.Reason)];
        foreach (JobWait wait in news) _told[wait.Job] = wait.Reason;
        return ([.. turns.Begin.Select(claim => claim.Job)], news);
    }

    public AdmissionLimits Limits
    {
        get
        {
            BackupConfiguration inForce = configuration();
            DirectorResource? director = inForce.Directors.Values.FirstOrDefault();
            return new AdmissionLimits(
                director?.JobsAtOnce ?? DirectorJobsDefault,
                inForce.Clients.ToDictionary(client => client.Key, client => client.Value.JobsAtOnce),
                inForce.Storages.ToDictionary(storage => storage.Key, storage => storage.Value.JobsAtOnce),
                inForce.Jobs.Where(job => job.Value.JobsAtOnce > 0).ToDictionary(job => job.Key, job => job.Value.JobsAtOnce),
                director?.Patience ?? PatienceDefault)
            {
                Drives = inForce.Storages.ToDictionary(storage => storage.Key, storage => storage.Value.Drives),
            };
        }
    }
}
