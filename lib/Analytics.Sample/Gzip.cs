using System.Buffers.Binary;

namespace Analytics.Sample;

/// <summary>
/// gzip (RFC 1952) around one deflate block with the fixed codes (RFC 1951, 3.2.6). Written here because the runtime's deflate may
/// change its bytes with its version, and the sample is compared byte for byte. Packs about a fifth less well than dynamic codes.
/// </summary>
internal static class Gzip
{
    private const int Window = 32768, LeastMatch = 3, MostMatch = 258, MostChain = 256, HashBits = 15;

    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] DistanceBase =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    private static readonly int[] DistanceBits = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    public static byte[] Pack(byte[] content)
    {
        var bits = new BitWriter();
        // No name, no time, no operating system: nothing of the machine.
        foreach (var value in (ReadOnlySpan<byte>)[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]) bits.Write(value, 8);
        Deflate(content, bits);
        bits.Align();
        Span<byte> tail = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Crc32(content));
        BinaryPrimitives.WriteUInt32LittleEndian(tail[4..], (uint)content.Length);
        foreach (var value in tail) bits.Write(value, 8);
        return bits.ToArray();
    }

    private static void Deflate(ReadOnlySpan<byte> content, BitWriter bits)
    {
        bits.Write(1, 1);
        bits.Write(1, 2);
        var head = new int[1 << HashBits];
        Array.Fill(head, -1);
        var previous = new int[content.Length];
        var position = 0;
        while (position < content.Length)
        {
            var (length, distance) = Longest(content, position, head, previous);
            Enter(content, position, head, previous);
            if (length >= LeastMatch && position + 1 < content.Length
                && Longest(content, position + 1, head, previous).Length > length) length = 0;
            if (length < LeastMatch)
            {
                Literal(bits, content[position++]);
                continue;
            }
            Match(bits, length, distance);
            for (var i = 1; i < length; i++) Enter(content, position + i, head, previous);
            position += length;
        }
        Literal(bits, 256);
    }

    private static int Hash(ReadOnlySpan<byte> three) =>
        (int)(((uint)(three[0] | (three[1] << 8) | (three[2] << 16)) * 2654435761u) >> (32 - HashBits));

    private static void Enter(ReadOnlySpan<byte> content, int position, int[] head, int[] previous)
    {
        if (position + LeastMatch > content.Length) return;
        var hash = Hash(content[position..]);
        previous[position] = head[hash];
        head[hash] = position;
    }

    private static (int Length, int Distance) Longest(ReadOnlySpan<byte> content, int position, int[] head, int[] previous)
    {
        var (best, distance) = (0, 0);
        if (position + LeastMatch > content.Length) return (best, distance);
        var here = content[position..Math.Min(content.Length, position + MostMatch)];
        var candidate = head[Hash(here)];
        for (var chain = 0; candidate >= 0 && position - candidate <= Window && chain < MostChain; chain++, candidate = previous[candidate])
        {
            var length = here.CommonPrefixLength(content[candidate..]);
            if (length <= best) continue;
            (best, distance) = (length, position - candidate);
        }
        return (best, distance);
    }

    private static void Match(BitWriter bits, int length, int distance)
    {
        var code = LengthBase.AsSpan().BinarySearch(length);
        if (code < 0) code = ~code - 1;
        Literal(bits, 257 + code);
        bits.Write(length - LengthBase[code], LengthBits[code]);
        code = DistanceBase.AsSpan().BinarySearch(distance);
        if (code < 0) code = ~code - 1;
        bits.WriteCode(code, 5);
        bits.Write(distance - DistanceBase[code], DistanceBits[code]);
    }

    private static void Literal(BitWriter bits, int symbol)
    {
        if (symbol < 144) bits.WriteCode(0x30 + symbol, 8);
        else if (symbol < 256) bits.WriteCode(0x190 + symbol - 144, 9);
        else if (symbol < 280) bits.WriteCode(symbol - 256, 7);
        else bits.WriteCode(0xC0 + symbol - 280, 8);
    }

    private static uint Crc32(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
        }
        return ~crc;
    }

    private sealed class BitWriter
    {
        private readonly MemoryStream _bytes = new();
        private uint _held;
        private int _count;

        public void Write(int value, int bits)
        {
            _held |= (uint)value << _count;
            for (_count += bits; _count >= 8; _count -= 8, _held >>= 8) _bytes.WriteByte((byte)_held);
        }

        /// <summary>Huffman codes stand with their highest bit first.</summary>
        public void WriteCode(int code, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--) Write((code >> bit) & 1, 1);
        }

        public void Align() => Write(0, (8 - _count) % 8);

        public byte[] ToArray() => _bytes.ToArray();
    }
}
