using Backup.Consoles;

ConsoleTerminal terminal = ConsoleTerminal.OfProcess();
using Interruption interruption = Interruption.BySignal();
try
{
    return await new ConsoleProgram(terminal, Environment.GetEnvironmentVariable, interruption).Run(args).ConfigureAwait(false);
}
catch (IOException)
{
    // Whoever read our output has closed it, as `backup list files ... | head` does: the shell's 128 + SIGPIPE.
    return 141;
}
