using Backup.Messages.Clients;

namespace Backup.Scripts;

/// <summary>Runs scripts. Both calls return at once; what is said comes from other threads. Thread safe.</summary>
public interface IScriptRunner
{
    /// <summary>Says once how it ended. An order for a script that runs or waits already changes nothing, and nothing is said.</summary>
    void Run(ScriptOrder order, Action<ScriptEnded> said);

    /// <summary>Kills the script; where it is not known, that is said.</summary>
    void Stop(ScriptStop stop, Action<ScriptEnded> said);
}
