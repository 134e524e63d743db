using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Analytics.Anchoring.Tests;

public class SigningTests
{
    // EIP-155's own example.
    [Fact]
    public void EIP_155()
    {
        var transaction = new LegacyTransaction
        {
            ChainId = 1, Nonce = 9, GasPrice = 20 * FeePolicy.Gwei, GasLimit = 21000, To = Address.Parse("0x3535353535353535353535353535353535353535"), Value = FeePolicy.Ether,
        };
        Assert.Equal("ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080", Convert.ToHexStringLower(transaction.SigningData()));
        Assert.Equal("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", Convert.ToHexStringLower(transaction.SigningHash()));
        using var key = PrivateKey.From(Enumerable.Repeat((byte)0x46, 32).ToArray());
        var signature = key.Sign(transaction.SigningHash());
        Assert.Equal("18515461264373351373200002665853028612451056578545711640558177340181847433846", new BigInteger(signature.R, true, true).ToString(CultureInfo.InvariantCulture));
        Assert.Equal("46948507304638947509940763649030358759909902576025900602547168820602576006531", new BigInteger(signature.S, true, true).ToString(CultureInfo.InvariantCulture));
        Assert.Equal("f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            Convert.ToHexStringLower(transaction.Encode(signature)));
    }

    // The message signing example of web3.js's and of eth-account's documentation, which other libraries' tests share.
    [Fact]
    public void EIP_191_personal_message()
    {
        var hash = SignedMessages.PersonalHash("Some data"u8);
        Assert.Equal("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655", Convert.ToHexStringLower(hash));
        using var key = PrivateKey.From(Convert.FromHexString("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"));
        Assert.Equal("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23", key.Address.ToString());
        var signature = key.Sign(hash);
        Assert.Equal("b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd", Convert.ToHexStringLower(signature.R));
        Assert.Equal("6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a029", Convert.ToHexStringLower(signature.S));
        Assert.Equal(28, 27 + signature.YParity);
    }

    // EIP-712's own example (Example.js beside the standard): key, hashes and signature.
    [Fact]
    public void EIP_712_mail()
    {
        const string mail = """
            {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
            "Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
            "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},
            "primaryType":"Mail",
            "domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
            "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},"to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
            """;
        using var json = JsonDocument.Parse(mail);
        var data = new TypedData(json.RootElement);
        Assert.Equal("Mail(Person from,Person to,string contents)Person(string name,address wallet)", data.EncodeType("Mail"));
        Assert.Equal("a0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2", Convert.ToHexStringLower(Keccak.Hash(data.EncodeType("Mail"))));
        Assert.Equal("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", Convert.ToHexStringLower(data.MessageHash()));
        Assert.Equal("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", Convert.ToHexStringLower(data.DomainSeparator()));
        Assert.Equal("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Convert.ToHexStringLower(data.SigningHash()));
        using var key = PrivateKey.From(Keccak.Hash("cow"));
        Assert.Equal("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", key.Address.ToString());
        var signature = key.Sign(data.SigningHash());
        Assert.Equal(28, 27 + signature.YParity);
        Assert.Equal("4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d", Convert.ToHexStringLower(signature.R));
        Assert.Equal("07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562", Convert.ToHexStringLower(signature.S));
    }

    // RFC 6979 has no secp256k1; these are the vectors that Bitcoin's and Trezor's libraries share.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...", "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto", "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0", "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing", "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c", "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Nonces_are_those_of_RFC_6979_and_s_is_low(string privateKey, string message, string r, string s)
    {
        using var key = PrivateKey.From(Convert.FromHexString(privateKey));
        var hash = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(message));
        var signature = key.Sign(hash);
        Assert.Equal(r + s, Convert.ToHexStringLower(signature.R) + Convert.ToHexStringLower(signature.S));
        Assert.Equal(key.Address, Secp256k1.Recover(hash, signature));
    }

    [Fact]
    public void Signatures_recover_to_their_key_and_no_other_parity_does()
    {
        for (var i = 0; i < 100; i++)
        {
            using var key = PrivateKey.From(Keccak.Hash($"key {i}"));
            var hash = Keccak.Hash($"message {i}");
            var signature = key.Sign(hash);
            Assert.Equal(key.Address, Secp256k1.Recover(hash, signature));
            Assert.NotEqual(key.Address, Secp256k1.Recover(hash, signature with { YParity = 1 - signature.YParity }));
        }
    }

    // EIP-1559 publishes no vectors; these were signed by ethers 6.17.0 with the key of the EIP-191 example.
    [Fact]
    public void EIP_1559_as_ethers_signs()
    {
        using var key = PrivateKey.From(Convert.FromHexString("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"));
        var anchor = new FeeMarketTransaction
        {
            ChainId = 1, Nonce = 0, MaxFee = 30 * FeePolicy.Gwei, MaxPriorityFee = 3 * FeePolicy.Gwei / 2, GasLimit = 70_000, To = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            Data = Convert.FromHexString("3408e470"),
        };
        Signs(anchor, "02f87001808459682f008506fc23ac0083011170945aaeb6053f3e94c9b9a09f33669435e7ef1beaed80843408e470c001a0c716c2da6f9bf59ec6fdc060618191803b9672500fb88b9d870c57db857052cea04c85dd3e7ff6c194b141524bb46c3d5209b3a6a08677541aa2fe7f7b2fa2bcef",
            "0xf578d83d28bd49a127258c487179d6f23ace7a6a38ed643d7c44ce4af9f76f0f");
        var creation = new FeeMarketTransaction
        {
            ChainId = 11155111, Nonce = 300, MaxFee = 1, MaxPriorityFee = 0, GasLimit = 3_000_000, Value = BigInteger.Parse("123456789012345678901", CultureInfo.InvariantCulture), Data = Enumerable.Repeat((byte)0x60, 60).ToArray(),
        };
        Signs(creation, "02f89a83aa36a782012c8001832dc6c0808906b14e9f812f366c35b83c" + string.Concat(Enumerable.Repeat("60", 60))
            + "c001a0599d8c7943144103420c467cbaaf4edbbca35a41c18698c48729fb23f36b499da04b3dae70838b642f599e8eb3c2b96bf822b6caf149f5f8740013adc32cd0f1b4", "0x2fd5bd68742535da931fbfa8fd94882d148c11b55296e3be5c9d8cbd6acdddfa");

        void Signs(FeeMarketTransaction transaction, string raw, string hash)
        {
            var signed = transaction.Encode(key.Sign(transaction.SigningHash()));
            Assert.Equal(raw, Convert.ToHexStringLower(signed));
            Assert.Equal(hash, FeeMarketTransaction.HashOf(signed));
        }
    }

    [Fact]
    public void A_transaction_of_type_2_comes_back_with_its_sender_whatever_its_fields()
    {
        var random = new Random(20260102);
        for (var i = 0; i < 200; i++)
        {
            using var key = PrivateKey.From(Keccak.Hash($"sender {i}"));
            var data = new byte[random.Next(200)];
            random.NextBytes(data);
            var transaction = new FeeMarketTransaction
            {
                ChainId = (ulong)random.NextInt64(1, long.MaxValue), Nonce = (ulong)random.Next(3) * 1000, MaxFee = random.NextInt64(), MaxPriorityFee = random.Next(2) * random.NextInt64(), GasLimit = random.Next(1, 1 << 24),
                To = random.Next(4) == 0 ? null : new Address(Keccak.Hash($"to {i}").AsSpan(12)), Value = random.Next(2) * (BigInteger)random.NextInt64() * random.NextInt64(), Data = data,
            };
            var raw = transaction.Encode(key.Sign(transaction.SigningHash()));
            var (read, sender) = FeeMarketTransaction.Decode(raw);
            Assert.Equal(key.Address, sender);
            Assert.Equal(transaction.SigningHash(), read.SigningHash());
            Assert.Equal(transaction with { Data = [] }, read with { Data = [] });
            Assert.Equal(transaction.Data, read.Data);
        }
    }

    [Fact]
    public void A_transaction_of_the_old_kind_comes_back_with_its_chain_and_sender_whatever_its_fields()
    {
        var random = new Random(20260103);
        for (var i = 0; i < 200; i++)
        {
            using var key = PrivateKey.From(Keccak.Hash($"sender {i}"));
            var data = new byte[random.Next(200)];
            random.NextBytes(data);
            var transaction = new LegacyTransaction
            {
                ChainId = (ulong)random.NextInt64(1, long.MaxValue), Nonce = (ulong)random.Next(3) * 1000, GasPrice = random.Next(3) * (BigInteger)random.NextInt64(), GasLimit = random.Next(1, 1 << 24),
                To = random.Next(4) == 0 ? null : new Address(Keccak.Hash($"to {i}").AsSpan(12)), Value = random.Next(2) * (BigInteger)random.NextInt64() * random.NextInt64(), Data = data,
            };
            var raw = transaction.Encode(key.Sign(transaction.SigningHash()));
            var (read, sender) = ChainTransaction.Decode(raw);
            Assert.Equal(key.Address, sender);
            Assert.Equal(transaction with { Data = [] }, Assert.IsType<LegacyTransaction>(read) with { Data = [] });
            Assert.Equal(transaction.Data, read.Data);
        }
    }

    [Fact]
    public void A_transaction_that_holds_on_every_chain_is_refused()
    {
        // The example of EIP-155, with its v of 37 (chain 1) made 27 (no chain).
        var raw = Convert.FromHexString("f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
        var (read, sender) = ChainTransaction.Decode(raw);
        Assert.Equal(("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F", 1ul, 20 * FeePolicy.Gwei), (sender.ToString(), read.ChainId, ((LegacyTransaction)read).GasPrice));
        raw[Array.LastIndexOf(raw, (byte)0x25, raw.Length - 66)] = 27;
        Assert.Contains("v names no chain", Assert.Throws<FormatException>(() => ChainTransaction.Decode(raw)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_out_of_range_is_refused_without_being_shown()
    {
        foreach (var bad in (string[])["0000000000000000000000000000000000000000000000000000000000000000", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"])
        {
            var error = Assert.Throws<AnchoringException>(() => PrivateKey.From(Convert.FromHexString(bad)));
            Assert.DoesNotContain(bad, error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_cleared_key_signs_no_more()
    {
        var key = PrivateKey.New();
        var bytes = key.Bytes;
        key.Dispose();
        Assert.True(!bytes.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => key.Sign(new byte[32]));
    }
}
