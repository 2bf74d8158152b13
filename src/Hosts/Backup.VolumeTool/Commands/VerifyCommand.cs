using System.CommandLine;
using Backup.Messages.Values;
using Backup.VolumeTool.Volumes;
using Backup.Volumes.Reader;

namespace Backup.VolumeTool.Commands;

/// <summary>verify VOLUME...: reads everything and names each fault.</summary>
internal static class VerifyCommand
{
    public static Command Make(TextWriter output)
    {
        Argument<string[]> volumes = ToolCommands.Volumes();
        var command = new Command("verify",
            "reads every block, record and file: checksums, sequences, digests; exit status 1 where anything is wrong") { volumes };
        command.SetAction(parsed =>
        {
            using var check = new VolumeCheck(fault => output.WriteLine(fault));
            foreach (string path in parsed.GetValue(volumes)!)
            {
                using var volume = new OpenVolume(path);
                ReadSummary summary = check.Read(volume);
                output.WriteLine($"volume {volume.Reader.Label.Name}: {summary.Blocks} blocks, {summary.Records} records, "
                    + $"{summary.Faults} faults");
            }
            check.Finish();
            output.WriteLine($"{check.Files} files, {check.Verified} digests checked, {check.Faults} faults");
            return check.Faults == 0 ? ToolCommands.Done : ToolCommands.Refused;
        });
        return command;
    }
}
