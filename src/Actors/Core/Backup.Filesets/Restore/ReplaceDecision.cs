using Backup.Messages.Clients;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>The replace rules, as a decision on two times of last modification.</summary>
public static class ReplaceDecision
{
    /// <summary>Does the entry of the tree take the place of what stands there? Equal times replace under no rule but Always.</summary>
    public static bool Replaces(ReplaceRule rule, Instant existing, Instant restored) => rule switch
    {
        ReplaceRule.Always => true,
        ReplaceRule.IfNewer => existing > restored,
        ReplaceRule.IfOlder => existing < restored,
        ReplaceRule.Never => false,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "unknown replace rule"),
    };
}
