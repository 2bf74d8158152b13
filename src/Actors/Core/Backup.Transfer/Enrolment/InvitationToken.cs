using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Backup.Messages.Values;
using Backup.Messages.Wire;

namespace Backup.Transfer.Enrolment;

/// <summary>
/// What an invited host is given, one line of text: where to dial, which authority to trust (SHA-256 of its certificate), which invitation,
/// its secret, and for whom. The line is a secret until it is used.
/// </summary>
public sealed record InvitationToken(string Endpoint, byte[] Authority, Guid Invitation, byte[] Secret, string Node, Instant Expires)
{
    public const int SecretBytes = 32;
    private const string Prefix = "backup-join-1.";
    private const int CrcBytes = 4;
    private const int TextMax = 2000;

    public override string ToString() => $"invitation {Invitation:N} for node '{Node}'";

    /// <summary>
    /// "backup-join-1." and base64url of a CBOR map and its CRC32C, so that a line that was not copied whole is seen at once.
    /// </summary>
    public string ToLine()
    {
        byte[] map = CborMap.Encode(this);
        var bytes = new byte[map.Length + CrcBytes];
        map.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(map.Length), Crc32C.Compute(map));
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads such a line; an <see cref="EnrolmentException"/> for any other.</summary>
    public static InvitationToken Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string text = line.Trim();
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > TextMax)
            throw new EnrolmentException($"this is no invitation: it begins with {Prefix} and is one line; copy it whole");
        try
        {
            byte[] bytes = Base64Url.DecodeFromUtf8(Encoding.UTF8.GetBytes(text[Prefix.Length..]));
            Memory<byte> map = bytes.AsMemory(0, Math.Max(0, bytes.Length - CrcBytes));
            if (bytes.Length <= CrcBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(map.Length)) != Crc32C.Compute(map.Span))
                throw Damaged(null);
            return CborMap.Decode<InvitationToken>(map);
        }
        catch (Exception e) when (e is FormatException)
        {
            throw Damaged(e);
        }
    }

    private static EnrolmentException Damaged(Exception? e) => new("the invitation is damaged: copy the whole line as it was printed", e);
}

/// <summary>A node cannot join, and why. One line.</summary>
public sealed class EnrolmentException(string message, Exception? inner = null) : IOException(message, inner);
