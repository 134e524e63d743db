using System.IO.Compression;
using ZstdSharp;

namespace Analytics.Records.Tests;

internal static class Packing
{
    public static byte[] Gzip(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(data);
        return packed.ToArray();
    }

    public static byte[] Zstandard(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zstandard = new CompressionStream(packed, leaveOpen: true)) zstandard.Write(data);
        return packed.ToArray();
    }
}
