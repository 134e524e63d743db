using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Analytics.Anchoring.Tests;

/// <summary>The client against answers that no good node gives.</summary>
public class JsonRpcClientTests
{
    private const string Secret = "s3cret-access-key";

    private static JsonRpcClient Client(Func<JsonNode, string> answer, HttpStatusCode status = HttpStatusCode.OK, RpcOptions? options = null) =>
        new($"https://user:{Secret}@node.example/{Secret}?key={Secret}", options, new FakeNode((body, _) => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(answer(JsonNode.Parse(body)!), Encoding.UTF8) })));

    private static string Result(JsonNode request, string result) => $$"""{"jsonrpc":"2.0","id":{{request["id"]}},"result":{{result}}}""";

    [Fact]
    public async Task A_result_comes_with_the_id_that_was_asked()
    {
        using var client = Client(static request => Result(request, "\"0x1\""));
        Assert.Equal(1ul, await new EthereumNode(client).ChainIdAsync(default));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":999,"result":"0x1"}""", typeof(RpcProtocolException))]
    [InlineData("""{"jsonrpc":"2.0","result":"0x1"}""", typeof(RpcProtocolException))]
    [InlineData("""[]""", typeof(RpcProtocolException))]
    [InlineData("""<html>""", typeof(RpcProtocolException))]
    [InlineData("", typeof(RpcProtocolException))]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}""", typeof(RpcErrorException))]
    public async Task What_is_no_answer_is_an_error_of_its_kind_and_names_no_access_key(string answer, Type kind)
    {
        using var client = Client(_ => answer);
        var error = await Assert.ThrowsAsync(kind, () => client.CallAsync(new RpcCall("eth_chainId")));
        Assert.StartsWith("node.example: eth_chainId", error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
    }

    [Fact]
    public async Task An_error_keeps_code_message_and_data()
    {
        using var client = Client(static request => $$"""{"jsonrpc":"2.0","id":{{request["id"]}},"error":{"code":3,"message":"execution reverted","data":"0x08c379a0"} }""");
        var error = await Assert.ThrowsAsync<RpcErrorException>(() => client.CallAsync(new RpcCall("eth_call")));
        Assert.Equal((3, "execution reverted", "0x08c379a0"), (error.Code, error.NodeMessage, error.RevertData));
    }

    [Fact]
    public async Task A_status_of_http_is_an_unreachable_node_unless_it_carries_the_protocols_own_error()
    {
        using var down = Client(static _ => "Bad gateway", HttpStatusCode.BadGateway);
        var error = await Assert.ThrowsAsync<RpcUnreachableException>(() => down.CallAsync(new RpcCall("eth_chainId")));
        Assert.Contains("502", error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
        using var refused = Client(static request => $$"""{"jsonrpc":"2.0","id":{{request["id"]}},"error":{"code":-32005,"message":"limit exceeded"} }""", HttpStatusCode.TooManyRequests);
        Assert.Equal(-32005, (await Assert.ThrowsAsync<RpcErrorException>(() => refused.CallAsync(new RpcCall("eth_chainId")))).Code);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_read_to_its_end()
    {
        using var client = Client(static request => Result(request, "\"" + new string('0', 100_000) + "\""), options: new RpcOptions { MostBytes = 50_000 });
        Assert.Contains("more than 50000 bytes", (await Assert.ThrowsAsync<RpcProtocolException>(() => client.CallAsync(new RpcCall("eth_getCode")))).Message);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_given_up_and_a_caller_that_gives_up_is_no_error_of_the_node()
    {
        using var client = new JsonRpcClient("http://node.example", new RpcOptions { Timeout = TimeSpan.FromMilliseconds(50) }, new FakeNode(static async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException("not reached");
        }));
        Assert.Contains("within 0.05 s", (await Assert.ThrowsAsync<RpcUnreachableException>(() => client.CallAsync(new RpcCall("eth_chainId")))).Message);
        using var giveUp = new CancellationTokenSource();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CallAsync(new RpcCall("eth_chainId"), giveUp.Token));
    }

    [Fact]
    public async Task A_batch_may_be_answered_in_any_order_and_long_ones_are_cut()
    {
        var sizes = new List<int>();
        using var client = Client(request =>
        {
            var calls = request.AsArray();
            sizes.Add(calls.Count);
            return "[" + string.Join(',', calls.Reverse().Select(static call => Result(call!, call!["params"]![0]!.ToJsonString()))) + "]";
        }, options: new RpcOptions { MostCalls = 4 });
        var results = await client.BatchAsync(Enumerable.Range(0, 10).Select(static i => new RpcCall("echo", i)).ToArray());
        Assert.Equal(Enumerable.Range(0, 10), results.Select(static result => result.GetInt32()));
        Assert.Equal([4, 4, 2], sizes);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("twice")]
    [InlineData("foreign")]
    [InlineData("one error")]
    public async Task A_batch_that_is_not_answered_whole_is_an_error(string how)
    {
        using var client = Client(request =>
        {
            var calls = request.AsArray().Select(static call => Result(call!, "1")).ToList();
            switch (how)
            {
                case "missing": calls.RemoveAt(1); break;
                case "twice": calls[1] = calls[0]; break;
                case "foreign": calls[1] = """{"jsonrpc":"2.0","id":"x","result":1}"""; break;
                default: return """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batches are not supported"}}""";
            }
            return "[" + string.Join(',', calls) + "]";
        });
        await Assert.ThrowsAnyAsync<RpcException>(() => client.BatchAsync([new RpcCall("a"), new RpcCall("b")]));
    }

    [Theory]
    [InlineData("ftp://node")]
    [InlineData("node:8545")]
    [InlineData("")]
    public void An_address_that_is_none_is_refused_without_being_shown(string address) =>
        Assert.Equal(AnchorFault.Usage, Assert.Throws<AnchoringException>(() => new JsonRpcClient(address)).Fault);

    private sealed class FakeNode(Func<string, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await answer(await request.Content!.ReadAsStringAsync(cancellationToken), cancellationToken);
        }
    }
}
