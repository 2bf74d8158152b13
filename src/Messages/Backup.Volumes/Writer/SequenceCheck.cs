using Backup.Volumes.Records;

namespace Backup.Volumes.Writer;

/// <summary>A frame is looked over before any of it is taken: whole records of the two lanes that follow on what the session has.</summary>
internal static class SequenceCheck
{
    public static void Check(OpenSession open, ReadOnlySpan<byte> frame)
    {
        (long data, long index) = (open.Taken.Data, open.Taken.Index);
        var records = new RecordCursor(frame);
        try
        {
            while (records.Next())
            {
                Lane lane = Lanes.Of(records.Header.Type);
                long expected = lane == Lane.Data ? ++data : ++index;
                if (lane == Lane.None) throw new SequenceException(
                    $"session {open.Id}: a record of type {records.Header.Type} is not a session's to send");
                if (records.Header.Sequence != expected)
                    throw new SequenceException(
                        $"session {open.Id}: record {records.Header.Sequence} of the {lane} lane where {expected} was expected");
            }
        }
        catch (VolumeFormatException e)
        {
            throw new SequenceException($"session {open.Id}: {e.Message}");
        }
    }
}
