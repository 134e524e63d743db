namespace Analytics.Anchoring;

/// <summary>A function, event or error by its signature, such as <c>anchor(uint32,bytes32,bytes32)</c>.</summary>
public sealed class AbiSignature
{
    private AbiSignature(string name, IReadOnlyList<AbiType> types)
    {
        (Name, Types) = (name, types);
        Text = $"{name}({string.Join(',', types.Select(static type => type.Name))})";
        Hash = Keccak.Hash(Text);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The arguments' types.</summary>
    public IReadOnlyList<AbiType> Types { get; }

    /// <summary>The canonical text.</summary>
    public string Text { get; }

    /// <summary>The text's Keccak-256: an event's first topic; its first 4 bytes select a function or name an error.</summary>
    public byte[] Hash { get; }

    /// <summary>Reads a signature.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AbiSignature Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 1 || !text.EndsWith(')')) throw new FormatException($"'{text}' is no signature; name(type,...) is expected");
        return new AbiSignature(text[..open], AbiType.SplitTypes(text[(open + 1)..^1]).Select(AbiType.Parse).ToArray());
    }

    /// <summary>The data of a call: selector and encoded arguments.</summary>
    public byte[] Call(params IReadOnlyList<object> arguments) => [.. Hash.AsSpan(0, 4), .. AbiCodec.Encode(Types, arguments)];

    /// <summary>Whether data begins with this selector.</summary>
    public bool Selects(ReadOnlySpan<byte> data) => data.Length >= 4 && data[..4].SequenceEqual(Hash.AsSpan(0, 4));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
