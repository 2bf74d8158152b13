namespace Backup.Commands;

/// <summary>Words that are no command. The message is one line for whoever typed them: what is wrong and what would be right.</summary>
public sealed class CommandUsageException : Exception
{
    public CommandUsageException(string message) : base(message)
    {
    }

    public CommandUsageException() : this("this is no command; 'help' lists them")
    {
    }

    public CommandUsageException(string message, Exception inner) : base(message, inner)
    {
    }
}
