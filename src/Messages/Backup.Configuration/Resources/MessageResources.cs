namespace Backup.Configuration.Resources;

/// <summary>What of a job is told.</summary>
public enum MessageKind
{
    /// <summary>Every line of its log.</summary>
    Log,

    /// <summary>Every change of its state.</summary>
    State,

    /// <summary>How it ended.</summary>
    End,

    /// <summary>How it ended, where that is not OK.</summary>
    Trouble,
}

/// <summary>
/// Where a job's messages go. File is a path, relative to the data directory; null where none is named. ToLog: the node's own log.
/// </summary>
public sealed record MessagesResource(string Name, IReadOnlyList<MessageKind> Kinds, string? File, bool ToLog);

/// <summary>
/// A number that counts upwards and is kept: from Minimum to Maximum and then from Minimum again; WrapCounter, where it is named, is then
/// counted up too.
/// </summary>
public sealed record CounterResource(string Name, int Minimum, int Maximum, string? WrapCounter);

/// <summary>The kinds Messages and Counter: their keys, their own rules, and how they come to the model.</summary>
internal static class MessageKinds
{
    public static readonly ResourceKind Messages = new("Messages", "Where the messages of jobs go.",
    [
        new("kinds", KeyType.ListOf(KeyType.Word(MessageKind.Log, MessageKind.State, MessageKind.End, MessageKind.Trouble)),
            "What is told: each line of the log, each change of state, the end, the end that is not OK; without it Log and End."),
        new("to-file", KeyType.Text, "File that lines are appended to; relative to the director's data directory."),
        new("to-log", KeyType.Boolean, "Whether they go to the node's own log too.", "no"),
        new("mail", KeyType.Refused("not sent", "mail is not sent; use to-file, and let the mail system of the host read that"),
            "Refused: no mail is sent."),
    ]);

    public static readonly ResourceKind Counter = new("Counter",
        "A number that is counted up and kept, for %(Counter:NAME) in label formats.",
    [
        new("minimum", KeyType.Number(0, int.MaxValue), "Its first value.", "0"),
        new("maximum", KeyType.Number(0, int.MaxValue), "Its last value; then it begins anew.", "2147483647"),
        new("wrap-counter", KeyType.NameOf("Counter"), "Another counter that goes one up when this one begins anew."),
    ]);

    public static MessagesResource MessagesOf(ResourceValues messages) => new(
        messages.Name,
        messages.List<MessageKind>("kinds") is { Count: > 0 } kinds ? kinds : [MessageKind.Log, MessageKind.End],
        messages.Text("to-file"),
        messages.Get<bool>("to-log"));

    public static CounterResource CounterOf(ResourceValues counter) =>
        new(counter.Name, counter.Get<int>("minimum"), counter.Get<int>("maximum"), counter.Text("wrap-counter"));

    /// <summary>What no single key can tell.</summary>
    public static (string Key, string Text)? Mistake(ResourceValues resource, ResourceSet all)
    {
        if (resource.Kind == Messages)
            return resource.Text("to-file") is null && !resource.IsGiven("to-file") && resource.Find("to-log") is not true
                ? ("to-file", "its messages go nowhere; give to-file, or to-log = yes") : null;
        if (resource.Find("minimum") is int least && resource.Find("maximum") is int most && least >= most)
            return ("maximum", $"the maximum, {most}, is to be more than the minimum, {least}");
        return TurnsInACircle(resource, all) ? ("wrap-counter", "counters that wrap each other turn in a circle") : null;
    }

    private static bool TurnsInACircle(ResourceValues counter, ResourceSet all)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (ResourceValues? at = counter; at is not null; at = all.Find(Counter, at.Text("wrap-counter")))
            if (!seen.Add(at.Name)) return true;
        return false;
    }
}
