using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Backup.Actors.Director.Jobs;
using Backup.Commands;
using Backup.Messages.Ids;
using Backup.Messages.Jobs;

namespace Backup.Actors.Director.Commands;

/// <summary>
/// Listens to what jobs say, from its making until it is disposed, and gives one job's news as documents. Bounded: a reader who
/// does not keep up loses progress first, and is cut off with a line when even the log does not fit.
/// </summary>
internal sealed class JobFollower : IDisposable
{
    /// <summary>News that may wait for a slow reader.</summary>
    private const int NewsMax = 4096;

    private readonly ActorSystem _system;
    private readonly IActorRef _listener;
    private readonly Channel<JobNews> _news = Channel.CreateBounded<JobNews>(new BoundedChannelOptions(NewsMax) { SingleWriter = true });

    public JobFollower(ActorSystem system)
    {
        _system = system;
        ChannelWriter<JobNews> writer = _news.Writer;
        _listener = system.ActorOf(Props.Create(() => new Listener(writer)));
        system.EventStream.Subscribe(_listener, typeof(JobNews));
    }

    public void Dispose()
    {
        _system.EventStream.Unsubscribe(_listener);
        _system.Stop(_listener);
    }

    /// <summary>The job's news until it has ended, the end included; the state its reader knows already is not told again.</summary>
    public async IAsyncEnumerable<ApiEvent> Follow(JobId job, JobState told, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobState? shown = told;
        await foreach (JobNews news in _news.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (news.Job != job || (news is JobMoved same && same.State == shown)) continue;
            if (news is JobMoved moved) shown = moved.State;
            yield return Document(news);
            if (news is JobFinished) yield break;
        }
        throw new CommandRefusedException($"the reader fell behind and missed lines of job {job}; see them with: log jobid={job}");
    }

    private static ApiEvent Document(JobNews news) => news switch
    {
        JobSaid said => LogEvent.At(said.At, LogSeverity.Note, said.Text, said.Job.Value),
        JobMoved moved => JobEvent.Of(moved.Job.Value, moved.Name, moved.State),
        JobAdvanced far => new ProgressEvent(far.Job.Value, far.Phase, far.Files, far.Bytes,
            far.Seconds > 0 ? far.Bytes / far.Seconds : 0, far.Seconds, far.Path),
        JobFinished finished => EndEvent.Of(finished.Job.Value, finished.State),
        _ => throw new System.Diagnostics.UnreachableException($"{news.GetType().Name} is no news of a job"),
    };

    private sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<JobNews> writer) => Receive<JobNews>(news =>
        {
            if (!writer.TryWrite(news) && news is not JobAdvanced) writer.TryComplete();
        });
    }
}
