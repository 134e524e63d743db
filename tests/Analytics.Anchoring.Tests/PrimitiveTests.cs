using System.Numerics;

namespace Analytics.Anchoring.Tests;

public class PrimitiveTests
{
    // The Keccak team's known answers (ShortMsgKAT_256) and Ethereum's two constants.
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("cc", "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a")]
    [InlineData("41fb", "a8eaceda4d47b3281a795ad9e1ea2122b407baf9aabcb9e18b5717b7873537d2")]
    [InlineData("80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")]
    [InlineData("c0", "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347")]
    public void Keccak_256_gives_the_known_answers(string input, string hash) => Assert.Equal(hash, Convert.ToHexStringLower(Keccak.Hash(Convert.FromHexString(input))));

    // EIP-55's own list.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Addresses_have_the_checksum_of_EIP_55(string address)
    {
        Assert.Equal(address, Address.Parse(address).ToString());
        Assert.Equal(address, Address.Parse(address.ToLowerInvariant()).ToString());
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "checksum")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", "20 are expected")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "no address")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg", "no hexadecimal")]
    public void A_mistyped_address_is_refused(string address, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Address.Parse(address)).Message);

    [Fact]
    public void Every_single_flipped_letter_of_an_address_is_found()
    {
        const string right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        for (var i = 2; i < right.Length; i++)
        {
            if (!char.IsLetter(right[i])) continue;
            var flipped = right.ToCharArray();
            flipped[i] = char.IsUpper(flipped[i]) ? char.ToLowerInvariant(flipped[i]) : char.ToUpperInvariant(flipped[i]);
            Assert.Throws<FormatException>(() => Address.Parse(new string(flipped)));
        }
    }

    // A sender's first contracts, as chain explorers and many a wallet's tests have them.
    [Theory]
    [InlineData(0ul, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d")]
    [InlineData(1ul, "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8")]
    [InlineData(2ul, "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91")]
    [InlineData(3ul, "0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c")]
    public void A_created_contract_has_the_address_of_sender_and_nonce(ulong nonce, string contract) =>
        Assert.Equal(Address.Parse(contract), Address.OfCreated(Address.Parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), nonce));

    [Theory]
    [InlineData("0x0", "0")]
    [InlineData("0x41", "65")]
    [InlineData("0x400", "1024")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Quantities_go_there_and_back(string text, string number)
    {
        Assert.Equal(BigInteger.Parse(number), Hex.ParseQuantity(text));
        Assert.Equal(text, Hex.Quantity(BigInteger.Parse(number)));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("41")]
    [InlineData("0x1g")]
    [InlineData("0x-1")]
    [InlineData("0x 1")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_quantity_is_refused(string text) => Assert.Throws<FormatException>(() => Hex.ParseQuantity(text));
}
