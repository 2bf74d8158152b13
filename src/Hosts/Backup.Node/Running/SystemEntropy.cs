using System.Security.Cryptography;
using Backup.Messages.Ids;

namespace Backup.Node.Running;

/// <summary>The process's true source of randomness. Thread safe.</summary>
internal sealed class SystemEntropy : IEntropy
{
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
