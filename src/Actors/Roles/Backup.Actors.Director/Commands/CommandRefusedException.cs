namespace Backup.Actors.Director.Commands;

/// <summary>A command cannot be carried out; the message is the one line that its user sees.</summary>
public sealed class CommandRefusedException(string message) : Exception(message);
