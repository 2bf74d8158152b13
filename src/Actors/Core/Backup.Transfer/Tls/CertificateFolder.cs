using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backup.Messages.Ids;

namespace Backup.Transfer.Tls;

/// <summary>
/// DATA/tls: authority.pem, authority.key (only where the installation was made), node.pem, node.key. The folder is its owner's alone, each
/// file is written whole, then renamed.
/// </summary>
public sealed class CertificateFolder(string folder)
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int PemBytesMax = 64 * 1024;

    public string Folder => folder;
    public string InvitationsFolder => Path.Combine(folder, "invitations");
    public bool HasNode => File.Exists(NodeFile);
    public bool HasAuthorityKey => File.Exists(AuthorityKeyFile);
    private string AuthorityFile => Path.Combine(folder, "authority.pem");
    private string AuthorityKeyFile => Path.Combine(folder, "authority.key");
    private string NodeFile => Path.Combine(folder, "node.pem");
    private string NodeKeyFile => Path.Combine(folder, "node.key");

    /// <summary>This node's certificate and the authority; null where there is none.</summary>
    public NodeCertificates? LoadNode(TimeProvider clock)
    {
        if (!HasNode) return null;
        X509Certificate2 own = ReadWithKey(NodeFile, NodeKeyFile);
        return new NodeCertificates(ReadCertificate(AuthorityFile), own, clock);
    }

    /// <summary>The authority with its key, where this node has it.</summary>
    public CertificateAuthority LoadAuthority(TimeProvider clock, IEntropy entropy) => HasAuthorityKey
        ? new CertificateAuthority(ReadWithKey(AuthorityFile, AuthorityKeyFile), clock, entropy)
        : throw new CertificateException($"{AuthorityKeyFile} is not here: certificates are made on the node where 'backup-node init' ran");

    public void SaveAuthority(CertificateAuthority authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        using ECDsa key = authority.Certificate.GetECDsaPrivateKey() ?? throw new CertificateException("the authority has no P-256 key");
        Write(AuthorityKeyFile, key.ExportPkcs8PrivateKeyPem());
        Write(AuthorityFile, authority.Certificate.ExportCertificatePem());
    }

    /// <summary>The key first: a certificate is there only when its key is.</summary>
    public void SaveNode(X509Certificate2 authority, X509Certificate2 certificate, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(key);
        Write(AuthorityFile, authority.ExportCertificatePem());
        Write(NodeKeyFile, key.ExportPkcs8PrivateKeyPem());
        Write(NodeFile, certificate.ExportCertificatePem());
    }

    /// <summary>Makes the folder, for its owner alone.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerFolder);
    }

    /// <summary>Writes a file of the folder so that it is there whole or not at all, whatever happens.</summary>
    internal void Write(string file, ReadOnlySpan<char> text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text.ToString()));

    internal void Write(string file, byte[] bytes)
    {
        try
        {
            Make(folder);
            Make(new FileInfo(file).DirectoryName!);
            string draft = file + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
            File.Delete(draft);
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"{file} cannot be written: {e.Message}; check the folder's rights", e);
        }
    }

    private static X509Certificate2 ReadCertificate(string file)
    {
        try
        {
            return X509Certificate2.CreateFromPem(ReadText(file));
        }
        catch (CryptographicException e)
        {
            throw new CertificateException($"{file} holds no certificate ({e.Message}); restore it or join again", e);
        }
    }

    private static X509Certificate2 ReadWithKey(string file, string keyFile)
    {
        try
        {
            using X509Certificate2 pair = X509Certificate2.CreateFromPem(ReadText(file), ReadText(keyFile));
            // Through PKCS 12, so that every user of it finds the key with the certificate.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateException($"{keyFile} is not the key of {file} ({e.Message}); restore both or join again", e);
        }
    }

    private static string ReadText(string file)
    {
        try
        {
            var found = new FileInfo(file);
            if (found.Exists && found.Length > PemBytesMax) throw new IOException($"{found.Length} bytes are no certificate");
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"{file} cannot be read: {e.Message}; run as the node's user, or join again", e);
        }
    }
}
