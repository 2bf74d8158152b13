using System.Text;
using ZstdNet;

namespace Backup.Catalog.Configurations;

/// <summary>A configuration text as it stands in the catalog: zstd over UTF-8.</summary>
internal static class ConfigurationBody
{
    public static byte[] Pack(string text)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The text; null where the body is damaged.</summary>
    public static string? Unpack(byte[] body)
    {
        using var decompressor = new Decompressor();
        try
        {
            return Encoding.UTF8.GetString(decompressor.Unwrap(body, ConfigurationLimits.TextBytesMax));
        }
        catch (ZstdException)
        {
            return null;
        }
    }
}
