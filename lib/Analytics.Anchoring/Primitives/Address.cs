namespace Analytics.Anchoring;

/// <summary>An account's or contract's 20 bytes, written with the checksum of EIP-55.</summary>
public sealed class Address : IEquatable<Address>
{
    /// <summary>Bytes of an address.</summary>
    public const int Length = 20;

    private readonly byte[] _bytes;

    /// <summary>Makes one of 20 bytes.</summary>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"an address has {Length} bytes, not {bytes.Length}", nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>The zero address.</summary>
    public static Address Zero { get; } = new(new byte[Length]);

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads 0x and 40 digits. Digits in both cases must have the checksum of EIP-55, which finds nearly every mistyped one.</summary>
    /// <exception cref="FormatException">It is none, or its checksum is wrong.</exception>
    public static Address Parse(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal)) throw new FormatException($"'{(text.Length > 60 ? text[..60] + "..." : text)}' is no address; 0x and 40 hexadecimal digits are expected");
        var address = new Address(Hex.ParseData(text, Length));
        var mixed = text.AsSpan(2).ContainsAnyInRange('a', 'f') && text.AsSpan(2).ContainsAnyInRange('A', 'F');
        if (mixed && address.ToString() != text) throw new FormatException($"'{text}' has a wrong checksum (EIP-55): a digit is mistyped, or its case is; {address} would be right");
        return address;
    }

    /// <summary>The address of a contract that an account creates: the last 20 bytes of keccak(rlp([sender, nonce])).</summary>
    public static Address OfCreated(Address sender, ulong nonce) =>
        new(Keccak.Hash(Rlp.Encode(RlpItem.List(RlpItem.Of(sender._bytes), RlpItem.Of(nonce)))).AsSpan(12));

    /// <inheritdoc/>
    public bool Equals(Address? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    /// <summary>With the checksum of EIP-55: a letter is upper case where the hash of the lower-case digits has 8 or more in its place.</summary>
    public override string ToString()
    {
        var digits = Convert.ToHexStringLower(_bytes).ToCharArray();
        var hash = Keccak.Hash(new string(digits));
        for (var i = 0; i < digits.Length; i++)
            if ((hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15) >= 8) digits[i] = char.ToUpperInvariant(digits[i]);
        return "0x" + new string(digits);
    }
}
