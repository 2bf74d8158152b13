using Akka.Actor;
using Akka.Event;
using Backup.Actors.Director.Jobs;

namespace Backup.Actors.Director.Notices;

/// <summary>Hears what jobs say and hands it to the thread that writes it where their Messages resource says.</summary>
internal sealed class NoticesActor : ReceiveActor, IDisposable
{
    private readonly NoticeWriter _writer;

    public NoticesActor(DirectorParts parts)
    {
        _writer = new NoticeWriter(parts, Context.GetLogger());
        Receive<JobAdvanced>(_ => { });
        Receive<JobNews>(_writer.Offer);
    }

    public static Props Props(DirectorParts parts) => Akka.Actor.Props.Create(() => new NoticesActor(parts));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(JobNews));

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        Dispose();
    }

    public void Dispose() => _writer.Dispose();
}
