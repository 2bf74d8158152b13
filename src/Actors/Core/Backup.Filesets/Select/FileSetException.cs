namespace Backup.Filesets.Select;

/// <summary>
/// A FileSet that cannot be carried out on this machine as it is: a missing root, an impossible pattern. One line for the operator.
/// </summary>
public sealed class FileSetException(string message, Exception? inner = null) : Exception(message, inner);
