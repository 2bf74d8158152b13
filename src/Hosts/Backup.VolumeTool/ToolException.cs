namespace Backup.VolumeTool;

/// <summary>The tool cannot do what it was asked. One line: what, where, what to do.</summary>
public sealed class ToolException(string message, Exception? inner = null) : Exception(message, inner);
