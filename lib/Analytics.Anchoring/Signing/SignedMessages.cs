using System.Globalization;
using System.Text.Json;

namespace Analytics.Anchoring;

/// <summary>The hashes of messages that are no transactions.</summary>
public static class SignedMessages
{
    /// <summary>EIP-191, version 0x45 (personal_sign): the hash of "\x19Ethereum Signed Message:\n", the length in decimal digits and the message.</summary>
    public static byte[] PersonalHash(ReadOnlySpan<byte> message) =>
        Keccak.Hash([.. System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\x19" + $"Ethereum Signed Message:\n{message.Length}")), .. message]);

    /// <summary>EIP-191, version 0x00: data for one validator contract.</summary>
    public static byte[] ValidatorHash(Address validator, ReadOnlySpan<byte> data) => Keccak.Hash([0x19, 0x00, .. validator.Bytes, .. data]);
}

/// <summary>
/// Typed data of EIP-712 from its JSON form (types, primaryType, domain, message): the hash of 0x19 0x01, the domain's and the message's struct hashes.
/// </summary>
public sealed class TypedData
{
    private const string DomainType = "EIP712Domain";

    private readonly Dictionary<string, (string Name, string Type)[]> _types = new(StringComparer.Ordinal);
    private readonly string _primaryType;
    private readonly JsonElement _domain;
    private readonly JsonElement _message;

    /// <summary>Reads the JSON form.</summary>
    /// <exception cref="FormatException">A part is missing.</exception>
    public TypedData(JsonElement json)
    {
        try
        {
            foreach (var type in json.GetProperty("types").EnumerateObject())
                _types[type.Name] = type.Value.EnumerateArray().Select(static member => (member.GetProperty("name").GetString()!, member.GetProperty("type").GetString()!)).ToArray();
            _primaryType = json.GetProperty("primaryType").GetString()!;
            (_domain, _message) = (json.GetProperty("domain").Clone(), json.GetProperty("message").Clone());
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"no typed data of EIP-712: {e.Message}", e);
        }
        if (!_types.ContainsKey(_primaryType) || !_types.ContainsKey(DomainType)) throw new FormatException($"no typed data of EIP-712: the types {_primaryType} and {DomainType} are expected");
    }

    /// <summary>The hash that is signed.</summary>
    public byte[] SigningHash() => Keccak.Hash([0x19, 0x01, .. DomainSeparator(), .. MessageHash()]);

    /// <summary>The hash of the domain.</summary>
    public byte[] DomainSeparator() => HashStruct(DomainType, _domain);

    /// <summary>The hash of the message.</summary>
    public byte[] MessageHash() => HashStruct(_primaryType, _message);

    /// <summary>A type with those that it refers to, sorted by name: <c>Mail(Person from,Person to,string contents)Person(...)</c>.</summary>
    public string EncodeType(string type)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Collect(type, found);
        found.Remove(type);
        return string.Concat(found.Prepend(type).Select(name => $"{name}({string.Join(',', _types[name].Select(static member => $"{member.Type} {member.Name}"))})"));
    }

    private void Collect(string type, SortedSet<string> found)
    {
        if (!found.Add(type)) return;
        foreach (var (_, member) in _types[type])
            if (_types.ContainsKey(Base(member))) Collect(Base(member), found);
    }

    private static string Base(string type) => type.IndexOf('[', StringComparison.Ordinal) is >= 0 and var cut ? type[..cut] : type;

    private byte[] HashStruct(string type, JsonElement value)
    {
        var parts = new List<byte>(Keccak.Hash(EncodeType(type)));
        foreach (var (name, member) in _types[type])
            parts.AddRange(value.TryGetProperty(name, out var field) ? HashValue(member, field) : throw new FormatException($"typed data lacks {type}.{name}"));
        return Keccak.Hash(parts.ToArray());
    }

    private byte[] HashValue(string type, JsonElement value)
    {
        if (type.EndsWith(']'))
        {
            var element = type[..type.LastIndexOf('[')];
            return Keccak.Hash(value.EnumerateArray().SelectMany(item => HashValue(element, item)).ToArray());
        }
        if (_types.ContainsKey(type)) return HashStruct(type, value);
        return type switch
        {
            "string" => Keccak.Hash(value.GetString()!),
            "bytes" => Keccak.Hash(Hex.ParseData(value.GetString()!)),
            "bool" => AbiCodec.Encode([AbiType.Parse(type)], value.GetBoolean()),
            "address" => AbiCodec.Encode([AbiType.Parse(type)], new Address(Hex.ParseData(value.GetString()!, Address.Length))),
            _ when type.StartsWith("bytes", StringComparison.Ordinal) => AbiCodec.Encode([AbiType.Parse(type)], Hex.ParseData(value.GetString()!)),
            _ => AbiCodec.Encode([AbiType.Parse(type)], Number(value)),
        };
    }

    private static System.Numerics.BigInteger Number(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.StartsWith("0x", StringComparison.Ordinal) ? Hex.ParseQuantity(text) : System.Numerics.BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }
}
