using System.Numerics;
using System.Text;
using CsCheck;

namespace Analytics.Anchoring.Tests;

/// <summary>The examples of the yellow paper and of ethereum/tests (RLPTests/rlptest.json, invalidRLPTest.json).</summary>
public class RlpTests
{
    private static RlpItem Text(string text) => RlpItem.Of(Encoding.ASCII.GetBytes(text));

    public static TheoryData<string, RlpItem> Valid()
    {
        var set = new TheoryData<string, RlpItem>
        {
            { "80", Text("") },
            { "00", RlpItem.Of([0]) },
            { "01", RlpItem.Of([1]) },
            { "7f", RlpItem.Of([0x7f]) },
            { "83646f67", Text("dog") },
            { "b74c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c69", Text("Lorem ipsum dolor sit amet, consectetur adipisicing eli") },
            { "b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c6974", Text("Lorem ipsum dolor sit amet, consectetur adipisicing elit") },
            { "80", RlpItem.Of(BigInteger.Zero) },
            { "0f", RlpItem.Of(new BigInteger(15)) },
            { "820400", RlpItem.Of(new BigInteger(1024)) },
            { "830186a0", RlpItem.Of(new BigInteger(100000)) },
            { "8f102030405060708090a0b0c0d0e0f2", RlpItem.Of(BigInteger.Parse("83729609699884896815286331701780722")) },
            { "c0", RlpItem.List() },
            { "cc83646f6783676f6483636174", RlpItem.List(Text("dog"), Text("god"), Text("cat")) },
            { "c6827a77c10401", RlpItem.List(Text("zw"), RlpItem.List(RlpItem.Of([4])), RlpItem.Of([1])) },
            { "c4c2c0c0c0", RlpItem.List(RlpItem.List(RlpItem.List(), RlpItem.List()), RlpItem.List()) },
            { "c7c0c1c0c3c0c1c0", RlpItem.List(RlpItem.List(), RlpItem.List(RlpItem.List()), RlpItem.List(RlpItem.List(), RlpItem.List(RlpItem.List()))) },
        };
        return set;
    }

    [Theory]
    [MemberData(nameof(Valid), DisableDiscoveryEnumeration = true)]
    public void The_published_examples_encode_and_decode(string encoded, RlpItem item)
    {
        Assert.Equal(encoded, Convert.ToHexStringLower(Rlp.Encode(item)));
        Assert.Equal(encoded, Convert.ToHexStringLower(Rlp.Encode(Rlp.Decode(Convert.FromHexString(encoded)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8100")]
    [InlineData("817f")]
    [InlineData("b800")]
    [InlineData("b90000")]
    [InlineData("b83701")]
    [InlineData("bf0f000000000000021111")]
    [InlineData("ff0f000000000000021111")]
    [InlineData("b8020001")]
    [InlineData("f80180")]
    [InlineData("c180ff")]
    [InlineData("c2")]
    [InlineData("83646f")]
    [InlineData("0102")]
    [InlineData("bb00000001")]
    public void What_is_not_canonical_is_refused(string encoded) => Assert.Throws<FormatException>(() => Rlp.Decode(Convert.FromHexString(encoded)));

    [Fact]
    public void A_deep_nest_is_refused_before_the_stack_ends()
    {
        var nest = RlpItem.List();
        for (var i = 0; i < 100; i++) nest = RlpItem.List(nest);
        Assert.Throws<FormatException>(() => Rlp.Decode(Rlp.Encode(nest)));
    }

    [Fact]
    public void What_is_encoded_decodes_to_the_same_and_no_other_bytes_do()
    {
        var bytes = Gen.Byte.Array[0, 300].Select(RlpItem.Of);
        var lists = Gen.Recursive<RlpItem>((depth, inner) => depth > 3 ? bytes : Gen.OneOf(bytes, inner.Array[0, 5].Select(items => RlpItem.List(items))));
        lists.Sample(item =>
        {
            var encoded = Rlp.Encode(item);
            Assert.Equal(encoded, Rlp.Encode(Rlp.Decode(encoded)));
        }, iter: 2_000, seed: "0000Rlp00001");
        // Whatever decodes at all is the one encoding of what it decodes to.
        Gen.Byte.Array[0, 40].Sample(noise =>
        {
            RlpItem item;
            try
            {
                item = Rlp.Decode(noise);
            }
            catch (FormatException)
            {
                return;
            }
            Assert.Equal(noise, Rlp.Encode(item));
        }, iter: 20_000, seed: "0000Rlp00002");
    }
}
