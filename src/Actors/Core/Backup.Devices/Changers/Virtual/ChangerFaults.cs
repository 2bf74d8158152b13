namespace Backup.Devices.Changers.Virtual;

/// <summary>What goes wrong in a virtual changer, set by tests and rehearsals.</summary>
public sealed class ChangerFaults
{
    /// <summary>So many moves jam, one after the other: everything stays where it was.</summary>
    public int Jams { get; set; }

    /// <summary>How long a move takes by <see cref="Time"/>.</summary>
    public TimeSpan MoveTime { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>
    /// Called at named points of a move ("moved", before its state is written; "written", behind it): throws what a kill would be.
    /// </summary>
    public Action<string>? At { get; set; }
}
