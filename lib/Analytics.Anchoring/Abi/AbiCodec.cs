using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Analytics.Anchoring;

/// <summary>Values to the contract ABI's bytes and back. Decoding checks padding, ranges and bounds.</summary>
public static class AbiCodec
{
    private const int Word = 32;

    /// <summary>Encodes the values as a tuple of these types, as the arguments of a call are.</summary>
    /// <exception cref="ArgumentException">A value does not fit its type.</exception>
    public static byte[] Encode(IReadOnlyList<AbiType> types, params IReadOnlyList<object> values)
    {
        if (types.Count != values.Count) throw new ArgumentException($"{values.Count} values for {types.Count} types", nameof(values));
        var head = new List<byte[]>();
        var tail = new List<byte[]>();
        var offset = types.Sum(static type => type.HeadSize);
        for (var i = 0; i < types.Count; i++)
        {
            var encoded = EncodeOne(types[i], values[i]);
            if (!types[i].IsDynamic)
            {
                head.Add(encoded);
                continue;
            }
            head.Add(NumberWord(offset));
            tail.Add(encoded);
            offset += encoded.Length;
        }
        return [.. head.Concat(tail).SelectMany(static part => part)];
    }

    /// <summary>Decodes a tuple of these types.</summary>
    /// <exception cref="FormatException">The bytes are no such tuple.</exception>
    public static object[] Decode(IReadOnlyList<AbiType> types, ReadOnlySpan<byte> bytes)
    {
        var values = new object[types.Count];
        var at = 0;
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].IsDynamic)
            {
                var offset = Count(Slice(bytes, at, Word), bytes.Length);
                values[i] = DecodeOne(types[i], bytes[offset..]);
            }
            else
            {
                values[i] = DecodeOne(types[i], Slice(bytes, at, types[i].HeadSize));
            }
            at += types[i].HeadSize;
        }
        return values;
    }

    private static byte[] EncodeOne(AbiType type, object value)
    {
        switch (type.Kind, value)
        {
            case (AbiKind.Unsigned, BigInteger number):
                if (number.Sign < 0 || number.GetBitLength() > type.Size) throw Unfit(type, value);
                return NumberWord(number);
            case (AbiKind.Signed, BigInteger number):
                var limit = BigInteger.One << (type.Size - 1);
                if (number < -limit || number >= limit) throw Unfit(type, value);
                return NumberWord(number.Sign < 0 ? (BigInteger.One << 256) + number : number);
            case (AbiKind.Address, Address address):
                return [.. new byte[Word - Address.Length], .. address.Bytes];
            case (AbiKind.Boolean, bool flag):
                return NumberWord(flag ? 1 : 0);
            case (AbiKind.FixedBytes, byte[] bytes) when bytes.Length == type.Size:
                return Padded(bytes);
            case (AbiKind.Bytes, byte[] bytes):
                return [.. NumberWord(bytes.Length), .. Padded(bytes)];
            case (AbiKind.Text, string text):
                var utf8 = Encoding.UTF8.GetBytes(text);
                return [.. NumberWord(utf8.Length), .. Padded(utf8)];
            case (AbiKind.Array, object[] items) when type.Count is null || type.Count == items.Length:
                var elements = Encode(Enumerable.Repeat(type.Parts[0], items.Length).ToArray(), items);
                return type.Count is null ? [.. NumberWord(items.Length), .. elements] : elements;
            case (AbiKind.Tuple, object[] parts):
                return Encode(type.Parts, parts);
            default:
                throw Unfit(type, value);
        }
    }

    private static object DecodeOne(AbiType type, ReadOnlySpan<byte> bytes)
    {
        switch (type.Kind)
        {
            case AbiKind.Unsigned:
                var number = Number(Slice(bytes, 0, Word));
                return number.GetBitLength() <= type.Size ? number : throw new FormatException($"a {type.Name} with more than {type.Size} bits");
            case AbiKind.Signed:
                var signed = new BigInteger(Slice(bytes, 0, Word), isUnsigned: false, isBigEndian: true);
                var limit = BigInteger.One << (type.Size - 1);
                return signed >= -limit && signed < limit ? signed : throw new FormatException($"an {type.Name} with more than {type.Size} bits");
            case AbiKind.Address:
                if (Slice(bytes, 0, Word)[..(Word - Address.Length)].ContainsAnyExcept((byte)0)) throw new FormatException("an address with more than 20 bytes");
                return new Address(bytes[(Word - Address.Length)..Word]);
            case AbiKind.Boolean:
                var flag = Number(Slice(bytes, 0, Word));
                return flag <= 1 ? !flag.IsZero : throw new FormatException("a bool that is neither 0 nor 1");
            case AbiKind.FixedBytes:
                if (Slice(bytes, 0, Word)[type.Size..].ContainsAnyExcept((byte)0)) throw new FormatException($"a {type.Name} with more than {type.Size} bytes");
                return bytes[..type.Size].ToArray();
            case AbiKind.Bytes or AbiKind.Text:
                var length = Count(Slice(bytes, 0, Word), bytes.Length - Word);
                var content = Slice(bytes, Word, length).ToArray();
                if (type.Kind == AbiKind.Bytes) return content;
                try
                {
                    return Strict.GetString(content);
                }
                catch (DecoderFallbackException e)
                {
                    throw new FormatException("a string that is no UTF-8", e);
                }
            case AbiKind.Array:
                var count = type.Count ?? Count(Slice(bytes, 0, Word), (bytes.Length - Word) / Math.Max(1, type.Parts[0].HeadSize));
                return Decode(Enumerable.Repeat(type.Parts[0], count).ToArray(), type.Count is null ? bytes[Word..] : bytes);
            default:
                return Decode(type.Parts, bytes);
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static byte[] NumberWord(BigInteger number)
    {
        var word = new byte[Word];
        var bytes = Hex.Minimal(number);
        bytes.CopyTo(word.AsSpan(Word - bytes.Length));
        return word;
    }

    private static byte[] Padded(byte[] bytes)
    {
        var padded = new byte[(bytes.Length + Word - 1) / Word * Word];
        bytes.CopyTo(padded, 0);
        return padded;
    }

    private static BigInteger Number(ReadOnlySpan<byte> word) => new(word, isUnsigned: true, isBigEndian: true);

    private static int Count(ReadOnlySpan<byte> word, int most)
    {
        if (word[..(Word - 8)].ContainsAnyExcept((byte)0)) throw new FormatException("a length or offset past the end");
        var count = BinaryPrimitives.ReadUInt64BigEndian(word[(Word - 8)..]);
        return most >= 0 && count <= (ulong)most ? (int)count : throw new FormatException($"a length or offset of {count} where at most {Math.Max(0, most)} fits");
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, int start, int length) =>
        length <= bytes.Length - start ? bytes.Slice(start, length) : throw new FormatException($"{bytes.Length} bytes where {start + length} are expected");

    private static ArgumentException Unfit(AbiType type, object value) => new($"a {value.GetType().Name} of this value does not fit {type.Name}");
}
