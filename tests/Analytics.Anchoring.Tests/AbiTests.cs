using System.Numerics;
using System.Text;
using CsCheck;

namespace Analytics.Anchoring.Tests;

/// <summary>The examples of the Contract ABI Specification, and what must be refused.</summary>
public class AbiTests
{
    private static BigInteger N(long number) => number;

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static string Words(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

    private static string Word(string end) => end.PadLeft(64, '0');

    [Fact]
    public void Example_baz()
    {
        var data = AbiSignature.Parse("baz(uint32,bool)").Call(N(69), true);
        Assert.Equal("cdcd77c0" + Word("45") + Word("1"), Convert.ToHexStringLower(data));
    }

    [Fact]
    public void Example_bar()
    {
        var data = AbiSignature.Parse("bar(bytes3[2])").Call((object)new object[] { Ascii("abc"), Ascii("def") });
        Assert.Equal("fce353f6" + "616263".PadRight(64, '0') + "646566".PadRight(64, '0'), Convert.ToHexStringLower(data));
    }

    [Fact]
    public void Example_sam()
    {
        var data = AbiSignature.Parse("sam(bytes,bool,uint256[])").Call(Ascii("dave"), true, new object[] { N(1), N(2), N(3) });
        Assert.Equal("a5643bf2" + Word("60") + Word("1") + Word("a0") + Word("4") + "64617665".PadRight(64, '0') + Word("3") + Word("1") + Word("2") + Word("3"), Convert.ToHexStringLower(data));
    }

    [Fact]
    public void Example_f_with_dynamic_types()
    {
        var data = AbiSignature.Parse("f(uint256,uint32[],bytes10,bytes)").Call(N(0x123), new object[] { N(0x456), N(0x789) }, Ascii("1234567890"), Ascii("Hello, world!"));
        Assert.Equal("8be65246" + Word("123") + Word("80") + "31323334353637383930".PadRight(64, '0') + Word("e0") + Word("2") + Word("456") + Word("789") + Word("d")
            + "48656c6c6f2c20776f726c6421".PadRight(64, '0'), Convert.ToHexStringLower(data));
    }

    [Fact]
    public void Example_g_with_nested_arrays()
    {
        var data = AbiSignature.Parse("g(uint256[][],string[])").Call(
            new object[] { new object[] { N(1), N(2) }, new object[] { N(3) } }, new object[] { "one", "two", "three" });
        Assert.Equal("2289b18c" + Words(Word("40") + Word("140") + Word("2") + Word("40") + Word("a0") + Word("2") + Word("1") + Word("2") + Word("1") + Word("3")
            + Word("3") + Word("60") + Word("a0") + Word("e0") + Word("3") + "6f6e65".PadRight(64, '0') + Word("3") + "74776f".PadRight(64, '0') + Word("5") + "7468726565".PadRight(64, '0')),
            Convert.ToHexStringLower(data));
    }

    // The ERC-20 selectors and event that every chain explorer shows.
    [Theory]
    [InlineData("transfer(address,uint256)", "a9059cbb")]
    [InlineData("balanceOf(address)", "70a08231")]
    [InlineData("Error(string)", "08c379a0")]
    [InlineData("Panic(uint256)", "4e487b71")]
    [InlineData("Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Signatures_hash_to_the_known_selectors(string signature, string hash) =>
        Assert.StartsWith(hash, Convert.ToHexStringLower(AbiSignature.Parse(signature).Hash));

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint08")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("adress")]
    [InlineData("uint256[x]")]
    [InlineData("[]")]
    public void What_is_no_type_is_refused(string type) => Assert.Throws<FormatException>(() => AbiType.Parse(type));

    public static TheoryData<string, string> Wrong() => new()
    {
        { "uint8", Word("100") },
        { "bool", Word("2") },
        { "address", "1".PadRight(64, '0') },
        { "bytes3", "61626364".PadRight(64, '0') },
        { "bytes", Word("21") },
        { "bytes", Word("20") + Word("21") + Word("0") },
        { "string", Word("20") + Word("1") + "ff".PadRight(64, '0') },
        { "uint256[]", Word("20") + Word("ffffffffffffffff") },
        { "uint256", "00" },
        { "int8", Word("80") },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Bytes_that_are_no_such_value_are_refused(string type, string bytes) =>
        Assert.Throws<FormatException>(() => AbiCodec.Decode([AbiType.Parse(type)], Convert.FromHexString(bytes)));

    [Fact]
    public void A_value_that_does_not_fit_its_type_is_refused()
    {
        Assert.Throws<ArgumentException>(() => AbiCodec.Encode([AbiType.Parse("uint8")], N(256)));
        Assert.Throws<ArgumentException>(() => AbiCodec.Encode([AbiType.Parse("uint8")], N(-1)));
        Assert.Throws<ArgumentException>(() => AbiCodec.Encode([AbiType.Parse("int8")], N(128)));
        Assert.Throws<ArgumentException>(() => AbiCodec.Encode([AbiType.Parse("bytes4")], new byte[] { 1 }));
        Assert.Throws<ArgumentException>(() => AbiCodec.Encode([AbiType.Parse("uint8[2]")], (object)new object[] { N(1) }));
    }

    [Fact]
    public void Random_values_of_random_types_come_back()
    {
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var types = Enumerable.Range(0, random.Next(1, 5)).Select(_ => AbiType.Parse(RandomType(random, 0))).ToArray();
            var values = types.Select(type => RandomValue(random, type)).ToArray();
            var encoded = AbiCodec.Encode(types, values);
            Assert.Equal(0, encoded.Length % 32);
            var decoded = AbiCodec.Decode(types, encoded);
            Assert.Equal(Show(values), Show(decoded));
            Assert.Equal(encoded, AbiCodec.Encode(types, decoded));
        }, iter: 2_000, seed: "0000Abi00001");
    }

    private static string RandomType(Random random, int depth) => random.Next(depth > 2 ? 7 : 10) switch
    {
        0 => $"uint{8 * random.Next(1, 33)}",
        1 => $"int{8 * random.Next(1, 33)}",
        2 => "address",
        3 => "bool",
        4 => $"bytes{random.Next(1, 33)}",
        5 => "bytes",
        6 => "string",
        7 => RandomType(random, depth + 1) + "[]",
        8 => RandomType(random, depth + 1) + $"[{random.Next(1, 4)}]",
        _ => "(" + string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomType(random, depth + 1))) + ")",
    };

    private static object RandomValue(Random random, AbiType type)
    {
        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }

        return type.Kind switch
        {
            AbiKind.Unsigned => new BigInteger(Bytes(type.Size / 8), isUnsigned: true),
            AbiKind.Signed => new BigInteger(Bytes(type.Size / 8)),
            AbiKind.Address => new Address(Bytes(20)),
            AbiKind.Boolean => random.Next(2) == 1,
            AbiKind.FixedBytes => Bytes(type.Size),
            AbiKind.Bytes => Bytes(random.Next(100)),
            AbiKind.Text => string.Concat(Enumerable.Range(0, random.Next(50)).Select(_ => "aß€𝄞"[..1] + "é")),
            AbiKind.Array => Enumerable.Range(0, type.Count ?? random.Next(4)).Select(_ => RandomValue(random, type.Parts[0])).ToArray(),
            _ => type.Parts.Select(part => RandomValue(random, part)).ToArray(),
        };
    }

    private static string Show(object value) => value switch
    {
        object[] items => "[" + string.Join(',', items.Select(Show)) + "]",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => value.ToString()!,
    };
}
