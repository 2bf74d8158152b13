using System.Collections;
using Backup.Messages.Ids;
using Backup.Messages.Values;
using Backup.Volumes.Trees;

namespace Backup.Filesets.Restore;

/// <summary>Puts files together from content as it comes, one file open at a time, and gives each its further names.</summary>
internal sealed class ContentAssembly(TreeWriter writer, RestoreCounts counts, ContentList list, ContentList later) : IContentSink
{
    private readonly BitArray _done = new(list.Count);
    private readonly Dictionary<SessionId, string> _sessionFaults = [];
    private ContentReference _current;
    private int _first = -1;
    private TreePlace _place;
    private ContentFile? _file;

    public void Data(in ContentPiece piece)
    {
        if (piece.File != _current) Begin(piece.File);
        _file?.Write(piece.Offset, piece.Bytes);
    }

    public void End(ContentReference file, long size, Digest digest)
    {
        if (file != _current) Begin(file);
        if (_first < 0) return;
        bool isOther = size != _place.Entry.Size
            || (digest != Digest.None && _place.Entry.Digest != Digest.None && digest != _place.Entry.Digest);
        if (isOther) _file?.Fail("what is stored is not the version that the tree names (size or digest differ); it was left out");
        bool whole = _file is not null && _file.Complete();
        (int first, TreePlace place) = (_first, _place);
        Abandon();
        _done[first] = true;
        if (whole) counts.Add(place.Path, place.Entry.Kind);
        Share(first, place, whole);
    }

    public void Fault(ContentReference file, string reason)
    {
        if (file.FileIndex == 0)
        {
            _sessionFaults.TryAdd(file.Session, reason);
            return;
        }
        if (file == _current) Abandon();
        int first = list.Find(file);
        if (first < 0 || _done[first]) return; // what came and has its digest is whole, whatever is damaged
        TellGroup(first, $"its content cannot be had: {reason}; it was left out");
    }

    /// <summary>Removes the file that is being put together, where there is one.</summary>
    public void Abandon()
    {
        _file?.Dispose();
        (_file, _first, _current) = (null, -1, default);
    }

    /// <summary>Names every file whose content has not come, whatever was said of it; broken says why nothing more can come.</summary>
    public void TellMissing(string? broken)
    {
        for (int first = 0; first < list.Count; first = list.EndOfGroup(first))
            if (!_done[first]) TellGroup(first, $"{broken ?? WhyMissing(list.ReferenceOf(first).Session)}; it was left out");
    }

    private string WhyMissing(SessionId session) =>
        "its content did not come" + (_sessionFaults.TryGetValue(session, out string? fault) ? $" ({fault})" : "");

    /// <summary>Counts as if all content had come.</summary>
    public void CountAll()
    {
        for (int first = 0; first < list.Count; first = list.EndOfGroup(first))
        {
            TreePlace place = list.Read(first);
            writer.BytesWritten += place.Entry.Size;
            counts.Add(place.Path, place.Entry.Kind);
            Share(first, place, true);
        }
    }

    private void Begin(ContentReference file)
    {
        Abandon();
        _current = file;
        _first = list.Find(file);
        if (_first >= 0 && _done[_first]) _first = -1;
        if (_first < 0) return;
        _place = list.Read(_first);
        _file = writer.OpenContent(_place.Path, _place.Entry);
    }

    /// <summary>Hard links become links of the first; others that share the content get it in the next round.</summary>
    private void Share(int first, TreePlace origin, bool whole)
    {
        int end = list.EndOfGroup(first);
        for (int other = first + 1; other < end; other++)
        {
            TreePlace place = list.Read(other);
            bool isLink = origin.Entry.Flags.HasFlag(EntryFlags.HardLinked) && place.Entry.Flags.HasFlag(EntryFlags.HardLinked);
            if (!whole) writer.Problems.Add(writer.ShownPath(place.Path), "the file it shares its content with could not be restored");
            else if (!isLink) later.Add(place.Path, place.Entry);
            else if (writer.Link(origin.Path, place.Path)) counts.Add(place.Path, place.Entry.Kind);
        }
    }

    private void TellGroup(int first, string reason)
    {
        _done[first] = true;
        int end = list.EndOfGroup(first);
        for (int member = first; member < end; member++) writer.Problems.Add(writer.ShownPath(list.Read(member).Path), reason);
    }
}
