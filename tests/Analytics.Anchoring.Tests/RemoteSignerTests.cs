using System.Text;
using System.Text.Json.Nodes;

namespace Analytics.Anchoring.Tests;

/// <summary>Web3Signer's eth1 API, honest and not.</summary>
public class RemoteSignerTests
{
    private static readonly FeeMarketTransaction Asked = new()
    {
        ChainId = 31337, Nonce = 7, MaxFee = 30 * FeePolicy.Gwei, MaxPriorityFee = FeePolicy.Gwei, GasLimit = 90_000, To = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), Data = [1, 2, 3],
    };

    [Fact]
    public async Task What_it_signed_is_taken_where_it_is_what_was_asked()
    {
        using var key = PrivateKey.From(Keccak.Hash("remote"));
        JsonNode? request = null;
        using var signer = Signer(key.Address, asked =>
        {
            request = asked;
            return Hex.Data(Asked.Encode(key.Sign(Asked.SigningHash())));
        });
        var raw = await signer.SignAsync(Asked, default);
        Assert.Equal(Asked.Encode(key.Sign(Asked.SigningHash())), raw);
        Assert.Equal("eth_signTransaction", request!["method"]!.GetValue<string>());
        var fields = request["params"]![0]!;
        Assert.Equal(("0x7", "0x15f90", "0x6fc23ac00", "0x3b9aca00", "0x010203", key.Address.ToString()),
            (fields["nonce"]!.GetValue<string>(), fields["gas"]!.GetValue<string>(), fields["maxFeePerGas"]!.GetValue<string>(), fields["maxPriorityFeePerGas"]!.GetValue<string>(), fields["data"]!.GetValue<string>(), fields["from"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Another_account_another_transaction_and_another_chain_are_refused()
    {
        using var key = PrivateKey.From(Keccak.Hash("remote"));
        using var other = PrivateKey.From(Keccak.Hash("other"));
        await Refused(Asked, other, "0x");
        await Refused(Asked with { Nonce = 8 }, key, "another transaction");
        await Refused(Asked with { ChainId = 1 }, key, "another transaction");
        await Refused(Asked with { MaxFee = 31 * FeePolicy.Gwei }, key, "another transaction");
        await Refused(Asked with { Data = [1, 2, 4] }, key, "another transaction");

        async Task Refused(FeeMarketTransaction signed, PrivateKey by, string message)
        {
            using var signer = Signer(key.Address, _ => Hex.Data(signed.Encode(by.Sign(signed.SigningHash()))));
            Assert.Contains(message, (await Assert.ThrowsAsync<RpcProtocolException>(() => signer.SignAsync(Asked, default))).Message);
        }
    }

    [Fact]
    public async Task A_transaction_of_the_old_kind_is_asked_for_by_its_gas_price_and_nothing_else_is_taken_for_it()
    {
        using var key = PrivateKey.From(Keccak.Hash("remote"));
        var asked = new LegacyTransaction { ChainId = 31337, Nonce = 7, GasPrice = 30 * FeePolicy.Gwei, GasLimit = 90_000, To = Asked.To, Data = [1, 2, 3] };
        JsonNode? request = null;
        using (var signer = Signer(key.Address, one =>
        {
            request = one;
            return Hex.Data(asked.Encode(key.Sign(asked.SigningHash())));
        }))
        {
            Assert.Equal(asked.Encode(key.Sign(asked.SigningHash())), await signer.SignAsync(asked, default));
        }
        var fields = request!["params"]![0]!.AsObject();
        Assert.Equal("0x6fc23ac00", fields["gasPrice"]!.GetValue<string>());
        Assert.False(fields.ContainsKey("maxFeePerGas") || fields.ContainsKey("maxPriorityFeePerGas"));
        foreach (var other in (ChainTransaction[])[asked with { GasPrice = 31 * FeePolicy.Gwei }, asked with { ChainId = 1 }, Asked])
        {
            using var signer = Signer(key.Address, _ => Hex.Data(other.Encode(key.Sign(other.SigningHash()))));
            Assert.Contains("another transaction", (await Assert.ThrowsAsync<RpcProtocolException>(() => signer.SignAsync(asked, default))).Message);
        }
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x02c0")]
    [InlineData("hello")]
    public async Task What_is_no_transaction_is_refused(string answer)
    {
        using var signer = Signer(Address.Zero, _ => answer);
        await Assert.ThrowsAsync<RpcProtocolException>(() => signer.SignAsync(Asked, default));
    }

    private static RemoteSigner Signer(Address account, Func<JsonNode, string> answer) => new(new JsonRpcClient("http://signer.example", null, new Handler(answer)), account);

    private sealed class Handler(Func<JsonNode, string> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            return new HttpResponseMessage { Content = new StringContent($$"""{"jsonrpc":"2.0","id":{{asked["id"]}},"result":"{{answer(asked)}}"}""", Encoding.UTF8) };
        }
    }
}
