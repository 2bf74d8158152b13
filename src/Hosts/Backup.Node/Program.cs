using Backup.Node;

return NodeProgram.Run(args);
