using System.Numerics;
using System.Text;
using System.Text.Json;
using Analytics.Tests;

namespace Analytics.Anchoring.Tests;

public class PaymentEventsTests
{
    private static readonly BigInteger Price = 1_234_500_000_000; // 1234.5 gwei

    [Fact]
    public async Task Payments_of_final_ranges_become_lines_and_the_same_bytes_again()
    {
        using var chain = await TestChain.StartAsync();
        var contract = await DeployAsync(chain);
        var start = await chain.Node.BlockNumberAsync(default);
        await PayAsync(chain, contract, "order-1");
        await PayAsync(chain, contract, "ördér \"2\"");
        await SendAsync(chain, contract, AbiSignature.Parse("refund(bytes32,address)").Call(Order("order-1"), chain.Account), BigInteger.Zero);
        await chain.MineAsync(20);
        var options = new PaymentOptions { ChainId = DevelopmentChain.ChainId, Contract = contract, FromBlock = start, RangeBlocks = 5, Confirmations = 3 };
        var ranges = await ReadAsync(chain, options, 0);
        var newest = await chain.Node.BlockNumberAsync(default);
        Assert.All(ranges, range => Assert.Equal((0ul, range.From + 4), (range.From % 5, range.To)));
        Assert.True(ranges[^1].To <= newest - 2 && ranges[^1].To + 5 > newest - 2);
        Assert.Equal(3, ranges.Sum(static range => range.Payments));
        var lines = ranges.SelectMany(static range => Encoding.UTF8.GetString(range.Content).Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([("paid", "order-1", "1"), ("paid", "ördér \"2\"", "1"), ("refunded", "order-1", "-1")], lines.Select(static line => (Text(line, "event"), Text(line, "order_id"), Text(line, "quantity"))));
        Assert.All(lines, line => Assert.Equal(("1234.5", "GWEI", chain.Account.ToString()), (Text(line, "unit_price"), Text(line, "currency"), Text(line, "payer"))));
        var block = await chain.Node.BlockAsync(ulong.Parse(Text(lines[0], "block")), default);
        Assert.Equal((block!.Hash, block.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss")), (Text(lines[0], "block_hash"), Text(lines[0], "ordered_at")));

        // More blocks give more ranges, and those that were there the same bytes.
        await PayAsync(chain, contract, "order-3");
        await chain.MineAsync(10);
        var later = await ReadAsync(chain, options, 0);
        Assert.True(later.Count > ranges.Count);
        foreach (var (before, after) in ranges.Zip(later)) Assert.Equal((before.Name, Convert.ToHexString(before.Content)), (after.Name, Convert.ToHexString(after.Content)));
        var rest = await ReadAsync(chain, options, ranges[^1].To + 1);
        Assert.Equal(later.Skip(ranges.Count).Select(static range => range.Name), rest.Select(static range => range.Name));
        Assert.Equal(1, rest.Sum(static range => range.Payments));
    }

    [Fact]
    public async Task Another_chain_or_no_contract_is_said()
    {
        using var chain = await TestChain.StartAsync();
        var options = new PaymentOptions { ChainId = 1, Contract = chain.Contract, Confirmations = 1 };
        Assert.Contains("is on chain 31337", (await Assert.ThrowsAsync<AnchoringException>(() => ReadAsync(chain, options, 0))).Message);
        Assert.Contains("no contract", (await Assert.ThrowsAsync<AnchoringException>(() => ReadAsync(chain, options with { ChainId = 31337, Contract = Address.Zero }, 0))).Message);
    }

    [Theory]
    [InlineData("0", 9, "0")]
    [InlineData("1", 9, "0.000000001")]
    [InlineData("1234500000000", 9, "1234.5")]
    [InlineData("1000000000", 9, "1")]
    [InlineData("1234", 0, "1234")]
    [InlineData("1000000000000000001", 18, "1.000000000000000001")]
    public void Amounts_are_exact(string wei, int decimals, string text) => Assert.Equal(text, PaymentEvents.Decimal(BigInteger.Parse(wei), decimals));

    [Fact]
    public void An_order_id_is_its_text_or_its_bytes_and_never_two_orders_one()
    {
        Assert.Equal("order-1", PaymentEvents.OrderText(Order("order-1")));
        Assert.Equal("0x" + new string('f', 64), PaymentEvents.OrderText(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Equal(Hex.Data(Order("0xabc")), PaymentEvents.OrderText(Order("0xabc")));
        Assert.Equal(Hex.Data(Order("a\nb")), PaymentEvents.OrderText(Order("a\nb")));
        Assert.Equal(Hex.Data(new byte[32]), PaymentEvents.OrderText(new byte[32]));
    }

    private static byte[] Order(string text)
    {
        var order = new byte[32];
        Encoding.UTF8.GetBytes(text, order);
        return order;
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static async Task<List<PaymentRange>> ReadAsync(TestChain chain, PaymentOptions options, ulong next)
    {
        var ranges = new List<PaymentRange>();
        await foreach (var range in PaymentEvents.ReadAsync(chain.Node, options, next, default)) ranges.Add(range);
        return ranges;
    }

    private static async Task<Address> DeployAsync(TestChain chain)
    {
        using var artifact = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "contracts", "artifacts", "Payment.json")));
        var code = Hex.ParseData(artifact.RootElement.GetProperty("bytecode").GetString()!);
        var nonce = await chain.NonceAsync();
        await SendAsync(chain, null, [.. code, .. AbiCodec.Encode([AbiType.Parse("address"), AbiType.Parse("address"), AbiType.Parse("uint256")], chain.Account, chain.Account, Price)], BigInteger.Zero);
        return Address.OfCreated(chain.Account, nonce);
    }

    private static Task PayAsync(TestChain chain, Address contract, string order) => SendAsync(chain, contract, AbiSignature.Parse("pay(bytes32)").Call(Order(order)), Price);

    private static async Task SendAsync(TestChain chain, Address? to, byte[] data, BigInteger value)
    {
        var transaction = new FeeMarketTransaction
        {
            ChainId = DevelopmentChain.ChainId, Nonce = await chain.NonceAsync(), To = to, Data = data, Value = value, GasLimit = 2_000_000, MaxFee = 100 * FeePolicy.Gwei, MaxPriorityFee = FeePolicy.Gwei,
        };
        var raw = transaction.Encode(chain.Key.Sign(transaction.SigningHash()));
        await chain.Node.SendAsync(raw, default);
        ChainReceipt? receipt;
        while ((receipt = (await chain.Node.ReceiptsAsync([FeeMarketTransaction.HashOf(raw)], default))[0]) is null) await Task.Yield();
        Assert.True(receipt.Succeeded);
    }
}
