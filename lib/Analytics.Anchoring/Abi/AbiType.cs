using System.Globalization;

namespace Analytics.Anchoring;

/// <summary>What a type of the contract ABI is made of.</summary>
public enum AbiKind
{
    /// <summary>uint8 to uint256: a BigInteger.</summary>
    Unsigned,
    /// <summary>int8 to int256: a BigInteger.</summary>
    Signed,
    /// <summary>address: an <see cref="Anchoring.Address"/>.</summary>
    Address,
    /// <summary>bool.</summary>
    Boolean,
    /// <summary>bytes1 to bytes32: a byte array of that length.</summary>
    FixedBytes,
    /// <summary>bytes: a byte array.</summary>
    Bytes,
    /// <summary>string.</summary>
    Text,
    /// <summary>T[k] and T[]: an object array.</summary>
    Array,
    /// <summary>(T1,T2,...): an object array.</summary>
    Tuple,
}

/// <summary>A type of the contract ABI (Solidity documentation, Contract ABI Specification).</summary>
public sealed class AbiType
{
    private AbiType(AbiKind kind, string name) => (Kind, Name) = (kind, name);

    /// <summary>The kind.</summary>
    public AbiKind Kind { get; }

    /// <summary>The canonical name, as signatures write it.</summary>
    public string Name { get; }

    /// <summary>Bits of a number, bytes of fixed bytes.</summary>
    public int Size { get; private init; }

    /// <summary>An array's fixed length; null for T[].</summary>
    public int? Count { get; private init; }

    /// <summary>An array's element, a tuple's parts.</summary>
    public IReadOnlyList<AbiType> Parts { get; private init; } = [];

    /// <summary>Whether its place holds an offset and its content stands in the tail.</summary>
    public bool IsDynamic => Kind switch
    {
        AbiKind.Bytes or AbiKind.Text => true,
        AbiKind.Array => Count is null || Count > 0 && Parts[0].IsDynamic,
        AbiKind.Tuple => Parts.Any(static part => part.IsDynamic),
        _ => false,
    };

    /// <summary>Bytes that it takes in the head: 32 where dynamic.</summary>
    public int HeadSize => IsDynamic ? 32 : Kind switch
    {
        AbiKind.Array => Count!.Value * Parts[0].HeadSize,
        AbiKind.Tuple => Parts.Sum(static part => part.HeadSize),
        _ => 32,
    };

    /// <summary>Reads a type such as uint32, bytes32[2][], (address,bool)[].</summary>
    /// <exception cref="FormatException">There is no such type.</exception>
    public static AbiType Parse(string text)
    {
        if (text.EndsWith(']'))
        {
            var open = text.LastIndexOf('[');
            if (open < 1) throw Unknown(text);
            var inner = Parse(text[..open]);
            int? count = open + 2 == text.Length ? null : int.TryParse(text.AsSpan(open + 1, text.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var fixedCount) ? fixedCount : throw Unknown(text);
            return new AbiType(AbiKind.Array, inner.Name + (count is null ? "[]" : string.Create(CultureInfo.InvariantCulture, $"[{count}]"))) { Count = count, Parts = [inner] };
        }
        if (text.StartsWith('(') && text.EndsWith(')'))
        {
            var parts = SplitTypes(text[1..^1]).Select(Parse).ToArray();
            return new AbiType(AbiKind.Tuple, "(" + string.Join(',', parts.Select(static part => part.Name)) + ")") { Parts = parts };
        }
        return text switch
        {
            "address" => new AbiType(AbiKind.Address, text),
            "bool" => new AbiType(AbiKind.Boolean, text),
            "bytes" => new AbiType(AbiKind.Bytes, text),
            "string" => new AbiType(AbiKind.Text, text),
            "uint" => Parse("uint256"),
            "int" => Parse("int256"),
            _ when text.StartsWith("uint", StringComparison.Ordinal) => Number(AbiKind.Unsigned, text, 4),
            _ when text.StartsWith("int", StringComparison.Ordinal) => Number(AbiKind.Signed, text, 3),
            _ when text.StartsWith("bytes", StringComparison.Ordinal) && SizeOf(text, 5) is >= 1 and <= 32 and var size => new AbiType(AbiKind.FixedBytes, text) { Size = size },
            _ => throw Unknown(text),
        };
    }

    /// <summary>The types of a list such as <c>uint256,(address,bool)[]</c>.</summary>
    public static IReadOnlyList<string> SplitTypes(string list)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] == '(') depth++;
            else if (list[i] == ')') depth--;
            else if (list[i] == ',' && depth == 0)
            {
                parts.Add(list[start..i]);
                start = i + 1;
            }
        }
        if (list.Length > 0) parts.Add(list[start..]);
        return parts;
    }

    private static AbiType Number(AbiKind kind, string text, int prefix) =>
        SizeOf(text, prefix) is >= 8 and <= 256 and var bits && bits % 8 == 0 ? new AbiType(kind, text) { Size = bits } : throw Unknown(text);

    private static int SizeOf(string text, int prefix) =>
        text[prefix] != '0' && int.TryParse(text.AsSpan(prefix), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1;

    private static FormatException Unknown(string text) => new($"'{text}' is no type of the contract ABI");
}
