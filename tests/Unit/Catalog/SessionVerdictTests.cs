using Backup.Messages.Ids;
using Backup.Messages.Jobs;
using Backup.Messages.Sessions;
using Backup.Messages.Values;

namespace Backup.Tests.Unit.Catalog;

public sealed class SessionVerdictTests
{
    private static readonly StreamPosition Sent = new(20, 4);
    private static readonly SessionTotals Totals = new(10, 5, 900, 1000, 12, 2, 0, 0);
    private static readonly SessionSeal Seal = new(Sent, NodeId.Empty, Totals, [], default, default, null);
    private static readonly SessionEnd Good = new(default, new JobId(1), Seal, Sent, 12, 1100, new Instant(1, 0));

    [Fact]
    public void All_that_was_sent_and_stored_is_ok() => Assert.Equal(JobState.Ok, SessionVerdict.Of(Good));

    [Fact]
    public void Warnings_and_unsaved_files_are_warnings()
    {
        Assert.Equal(JobState.OkWithWarnings, SessionVerdict.Of(Good with { Seal = Seal with { Totals = Totals with { Warnings = 1 } } }));
        Assert.Equal(JobState.OkWithWarnings, SessionVerdict.Of(Good with { Seal = Seal with { Totals = Totals with { Unsaved = 1 } } }));
    }

    [Fact]
    public void A_failure_in_the_seal_fails_whatever_was_stored()
    {
        Assert.Equal(JobState.Failed, SessionVerdict.Of(Good with { Seal = Seal with { Failure = "root missing" } }));
        Assert.Equal(JobState.Failed,
            SessionVerdict.Of(Good with { Seal = Seal with { Failure = "root missing" }, StoredPosition = default }));
    }

    [Fact]
    public void No_end_and_anything_missing_are_incomplete()
    {
        Assert.Equal(JobState.Incomplete, SessionVerdict.Of(null));
        Assert.Equal(JobState.Incomplete, SessionVerdict.Of(Good with { StoredPosition = Sent with { Data = 19 } }));
        Assert.Equal(JobState.Incomplete, SessionVerdict.Of(Good with { StoredPosition = Sent with { Index = 3 } }));
        Assert.Equal(JobState.Incomplete, SessionVerdict.Of(Good with { DataRecordsStored = 11 }));
    }
}
