using Backup.Filesets.Linux;
using Backup.Messages.Values;

namespace Backup.Filesets.Restore;

/// <summary>Opens the operator's target folder. Links in it are followed: it is the operator's own word, not a tree's.</summary>
internal static class TargetFolder
{
    /// <summary>A descriptor; -1 where the folder is not there and is not to be made.</summary>
    public static int Open(ReadOnlySpan<byte> folder, bool make)
    {
        byte[] path = BytePath.Root.ToArray();
        int current = Check(WriteCalls.OpenOperatorPath(path), path);
        foreach (byte[] name in BytePath.Names(folder))
        {
            path = BytePath.Join(path, name);
            int next = WriteCalls.OpenOperatorPath(path);
            if (next == -ErrorNumber.NoEntry && make)
            {
                int error = WriteCalls.MakeDirectory(current, name, 0x1ed);
                next = error is 0 or ErrorNumber.Exists ? WriteCalls.OpenOperatorPath(path) : -error;
            }
            WriteCalls.Close(current);
            if (next == -ErrorNumber.NoEntry && !make) return -1;
            current = Check(next, path);
        }
        return current;
    }

    private static int Check(int opened, byte[] path) => opened >= 0
        ? opened
        : throw new IOException($"the folder {ByteText.Show(path)} cannot be opened: {ErrorNumber.Words(-opened)}");
}
