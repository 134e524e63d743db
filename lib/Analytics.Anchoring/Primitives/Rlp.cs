using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>A node of recursive length prefix encoding: bytes, or a list.</summary>
public sealed class RlpItem
{
    private RlpItem(byte[]? bytes, IReadOnlyList<RlpItem>? items) => (Bytes, Items) = (bytes, items);

    /// <summary>The bytes; null in a list.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The list's items; null where bytes are.</summary>
    public IReadOnlyList<RlpItem>? Items { get; }

    /// <summary>Bytes.</summary>
    public static RlpItem Of(byte[] bytes) => new(bytes, null);

    /// <summary>A non-negative number, big-endian without leading zeros.</summary>
    public static RlpItem Of(BigInteger number) => new(Hex.Minimal(number), null);

    /// <summary>A list.</summary>
    public static RlpItem List(params IReadOnlyList<RlpItem> items) => new(null, items);

    /// <summary>The bytes as a number.</summary>
    /// <exception cref="FormatException">It is a list, has a leading zero or more than 256 bits.</exception>
    public BigInteger ToNumber()
    {
        var bytes = Bytes ?? throw new FormatException("a list stands where a number is expected");
        if (bytes.Length > 32) throw new FormatException("a number of more than 256 bits");
        if (bytes.Length > 0 && bytes[0] == 0) throw new FormatException("a number with a leading zero");
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }
}

/// <summary>Recursive length prefix encoding (Ethereum yellow paper, appendix B). Decoding takes the canonical form only.</summary>
public static class Rlp
{
    private const int Short = 55;
    private const int MostDepth = 64;

    /// <summary>The encoded bytes.</summary>
    public static byte[] Encode(RlpItem item)
    {
        if (item.Bytes is { } bytes) return bytes is [< 0x80] ? bytes : Prefixed(0x80, bytes);
        var parts = item.Items!.Select(Encode).ToArray();
        var payload = new byte[parts.Sum(static part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(payload, at);
            at += part.Length;
        }
        return Prefixed(0xc0, payload);
    }

    /// <summary>The item that the bytes hold, all of them.</summary>
    /// <exception cref="FormatException">The bytes are no item, not in the canonical form, or something follows it.</exception>
    public static RlpItem Decode(ReadOnlySpan<byte> bytes)
    {
        var item = Read(bytes, 0, out var length);
        return length == bytes.Length ? item : throw new FormatException($"{bytes.Length - length} bytes follow the item");
    }

    private static byte[] Prefixed(int offset, byte[] payload)
    {
        if (payload.Length <= Short) return [(byte)(offset + payload.Length), .. payload];
        var length = Hex.Minimal(payload.Length);
        return [(byte)(offset + Short + length.Length), .. length, .. payload];
    }

    private static RlpItem Read(ReadOnlySpan<byte> bytes, int depth, out int length)
    {
        if (depth > MostDepth) throw new FormatException($"lists nested deeper than {MostDepth}");
        if (bytes.IsEmpty) throw new FormatException("an item is missing");
        var first = bytes[0];
        if (first < 0x80)
        {
            length = 1;
            return RlpItem.Of([first]);
        }
        var isList = first >= 0xc0;
        var (start, size) = Extent(bytes, first - (isList ? 0xc0 : 0x80));
        length = start + size;
        var payload = bytes.Slice(start, size);
        if (!isList)
        {
            if (payload is [< 0x80]) throw new FormatException("a byte below 0x80 stands with a length before it");
            return RlpItem.Of(payload.ToArray());
        }
        var items = new List<RlpItem>();
        while (!payload.IsEmpty)
        {
            items.Add(Read(payload, depth + 1, out var used));
            payload = payload[used..];
        }
        return RlpItem.List(items);
    }

    private static (int Start, int Size) Extent(ReadOnlySpan<byte> bytes, int code)
    {
        if (code <= Short)
        {
            if (code > bytes.Length - 1) throw new FormatException("an item ends too early");
            return (1, code);
        }
        var digits = code - Short;
        if (digits > bytes.Length - 1) throw new FormatException("a length ends too early");
        if (bytes[1] == 0) throw new FormatException("a length with a leading zero");
        var size = new BigInteger(bytes.Slice(1, digits), isUnsigned: true, isBigEndian: true);
        if (size <= Short) throw new FormatException("a short item in the long form");
        if (size > bytes.Length - 1 - digits) throw new FormatException("an item ends too early");
        return (1 + digits, (int)size);
    }
}
