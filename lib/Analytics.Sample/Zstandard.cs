using System.Buffers.Binary;

namespace Analytics.Sample;

/// <summary>A Zstandard frame (RFC 8878) of raw blocks: it packs nothing, but its bytes are the same for ever.</summary>
internal static class Zstandard
{
    private const int MostBlock = 1 << 16;

    public static byte[] Store(byte[] content)
    {
        var frame = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, 0xFD2FB528);
        frame.Write(number);
        // Single segment, content size in four bytes, no checksum, no dictionary.
        frame.WriteByte(0b1010_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)content.Length);
        frame.Write(number);
        var start = 0;
        do
        {
            var length = Math.Min(MostBlock, content.Length - start);
            var last = start + length == content.Length;
            BinaryPrimitives.WriteUInt32LittleEndian(number, ((uint)length << 3) | (last ? 1u : 0u));
            frame.Write(number[..3]);
            frame.Write(content, start, length);
            start += length;
        }
        while (start < content.Length);
        return frame.ToArray();
    }
}
