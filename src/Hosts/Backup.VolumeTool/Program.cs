using Backup.VolumeTool.Commands;

return ToolCommands.Run(args, Console.Out, Console.Error);
