using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Backup.Actors.Director.Jobs;
using Backup.Catalog.Jobs;
using Backup.Commands;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Values;

namespace Backup.Actors.Director.Commands;

/// <summary>
/// Listens to what jobs say, from its making until it is disposed, and gives the news of those that are followed as documents. Bounded: a
/// reader who does not keep up loses progress first, and is cut off with a line when even the log does not fit.
/// </summary>
internal sealed class JobFollower : IDisposable
{
    /// <summary>News that may wait for a slow reader.</summary>
    private const int NewsMax = 4096;

    private readonly ActorSystem _system;
    private readonly DirectorParts _parts;
    private readonly IActorRef _listener;
    private readonly Channel<JobNews> _news = Channel.CreateBounded<JobNews>(new BoundedChannelOptions(NewsMax) { SingleWriter = true });
    private readonly Dictionary<JobId, Followed> _followed = [];

    public JobFollower(ActorSystem system, DirectorParts parts)
    {
        (_system, _parts) = (system, parts);
        ChannelWriter<JobNews> writer = _news.Writer;
        _listener = system.ActorOf(Props.Create(() => new Listener(writer)));
        system.EventStream.Subscribe(_listener, typeof(JobNews));
    }

    /// <summary>A job that is followed: the state its reader knows, and what is needed to say how fast and how far it is.</summary>
    private sealed class Followed(JobState told)
    {
        public JobState Told { get; set; } = told;
        public RateMeter Rate { get; } = new();
        public JobExpectation? Expected { get; set; }
    }

    public void Dispose()
    {
        _system.EventStream.Unsubscribe(_listener);
        _system.Stop(_listener);
    }

    /// <summary>The job's news until it has ended, the end included; the state its reader knows already is not told again.</summary>
    public async IAsyncEnumerable<ApiEvent> Follow(JobId job, JobState told, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _followed[job] = new Followed(told);
        await foreach (ApiEvent document in Follow(cancellation).ConfigureAwait(false))
            yield return document is JobEvent { State: var state } && _followed.Count == 0
                ? EndEvent.Of(job.Value, StateOf(state)) : document;
    }

    /// <summary>The same for several; the status of the end is that of the worst.</summary>
    public async IAsyncEnumerable<ApiEvent> Follow(IReadOnlyList<JobRow> runs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int worst = EndStatus.Ok;
        foreach (JobRow run in runs)
        {
            yield return JobEvent.Of(run.Id.Value, run.Name, run.State);
            if (run.State.HasEnded()) worst = EndStatus.Worse(worst, EndStatus.Of(run.State));
            else _followed[run.Id] = new Followed(run.State);
        }
        await foreach (ApiEvent document in Follow(cancellation).ConfigureAwait(false))
        {
            if (document is JobEvent { State: var state } && StateOf(state) is var reached && reached.HasEnded())
            {
                worst = EndStatus.Worse(worst, EndStatus.Of(reached));
                if (runs.Count == 1) continue; // the answer's end says it
            }
            yield return document;
        }
        yield return runs.Count == 1 ? new EndEvent(worst, runs[0].Id.Value, Ended(runs[0].Id)) : new EndEvent(worst);
    }

    private string? Ended(JobId job) => _parts.Gate.Catalog.Jobs.Find(job)?.State.Words();

    private static JobState StateOf(string words) => Enum.GetValues<JobState>().First(state => state.Words() == words);

    /// <summary>News of the jobs followed, until none of them is left; a job's end is its last <see cref="JobEvent"/>.</summary>
    private async IAsyncEnumerable<ApiEvent> Follow([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (_followed.Count > 0)
        {
            JobNews news;
            try
            {
                news = await _news.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                JobId missed = _followed.Keys.First();
                throw new CommandRefusedException(
                    $"the reader fell behind and missed lines of job {missed}; see them with: log jobid={missed}");
            }
            if (!_followed.TryGetValue(news.Job, out Followed? job) || (news is JobMoved same && same.State == job.Told)) continue;
            if (news is JobMoved moved) job.Told = moved.State;
            if (news is JobFinished) _followed.Remove(news.Job);
            yield return Document(news, job);
        }
    }

    private ApiEvent Document(JobNews news, Followed job) => news switch
    {
        JobSaid said => LogEvent.At(said.At, LogSeverity.Note, said.Text, said.Job.Value),
        JobMoved moved => JobEvent.Of(moved.Job.Value, moved.Name, moved.State),
        JobAdvanced far => Progress(far, job),
        JobFinished finished => JobEvent.Of(finished.Job.Value, finished.Name, finished.State),
        _ => throw new System.Diagnostics.UnreachableException($"{news.GetType().Name} is no news of a job"),
    };

    private ProgressEvent Progress(JobAdvanced far, Followed job)
    {
        job.Rate.Tell(Instant.Now(_parts.Clock), far.Bytes);
        job.Expected ??= JobExpectation.Of(far.Job, _parts.Gate.Catalog);
        double average = far.Seconds > 0 ? far.Bytes / far.Seconds : 0;
        return new ProgressEvent(far.Job.Value, far.Phase, far.Files, far.Bytes, job.Rate.PerSecond > 0 ? job.Rate.PerSecond : average,
            far.Seconds, far.Path, job.Expected.Files, job.Expected.Bytes);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<JobNews> writer) => Receive<JobNews>(news =>
        {
            if (!writer.TryWrite(news) && news is not JobAdvanced) writer.TryComplete();
        });
    }
}
