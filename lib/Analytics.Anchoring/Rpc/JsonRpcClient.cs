using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Analytics.Anchoring;

/// <summary>JSON-RPC 2.0 over HTTP: ids, batches, errors as types, a time limit and a size limit. Safe to use from several threads.</summary>
/// <remarks>An endpoint's path, query and user often hold an access key; messages name its host alone.</remarks>
public sealed class JsonRpcClient : IDisposable
{
    private readonly Uri _endpoint;
    private readonly RpcOptions _options;
    private readonly HttpClient _http;
    private long _lastId;

    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <exception cref="AnchoringException">The endpoint is no http or https address.</exception>
    public JsonRpcClient(string endpoint, RpcOptions? options = null, HttpMessageHandler? handler = null)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new AnchoringException(AnchorFault.Usage, "the node's address is no address that starts with http:// or https://");
        _options = options ?? new RpcOptions();
        Name = uri.IsDefaultPort ? uri.Host : string.Create(CultureInfo.InvariantCulture, $"{uri.Host}:{uri.Port}");
        // A pooled connection that the other side has closed would look like a lost answer.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20), AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        if (uri.UserInfo.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo))));
            uri = new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        }
        _endpoint = uri;
    }

    /// <summary>Host and port, for messages.</summary>
    public string Name { get; }

    /// <summary>Calls one method and gives its result.</summary>
    /// <exception cref="RpcException">No usable answer; the type says which kind.</exception>
    public async Task<JsonElement> CallAsync(RpcCall call, CancellationToken cancel = default)
    {
        var id = Interlocked.Increment(ref _lastId);
        using var answer = await PostAsync(Write(writer => WriteCall(writer, call, id)), call.Method, cancel).ConfigureAwait(false);
        var root = answer.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new RpcProtocolException($"{Name}: {call.Method} was answered with {root.ValueKind}; an object is expected");
        return Result(root, call.Method, id);
    }

    /// <summary>Calls several methods in as few requests as the limit allows, and gives their results in the order of the calls.</summary>
    /// <exception cref="RpcErrorException">One of them failed; which, its message says.</exception>
    /// <exception cref="RpcException">No usable answer.</exception>
    public async Task<IReadOnlyList<JsonElement>> BatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancel = default)
    {
        var results = new List<JsonElement>(calls.Count);
        foreach (var part in calls.Chunk(_options.MostCalls)) results.AddRange(await OneBatchAsync(part, cancel).ConfigureAwait(false));
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonElement[]> OneBatchAsync(RpcCall[] calls, CancellationToken cancel)
    {
        var first = Interlocked.Add(ref _lastId, calls.Length) - calls.Length + 1;
        var body = Write(writer =>
        {
            writer.WriteStartArray();
            for (var i = 0; i < calls.Length; i++) WriteCall(writer, calls[i], first + i);
            writer.WriteEndArray();
        });
        using var answer = await PostAsync(body, calls[0].Method, cancel).ConfigureAwait(false);
        var root = answer.RootElement;
        // A node that takes no batches answers with one error.
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var refused)) throw Error(refused, "a batch of " + calls[0].Method);
        if (root.ValueKind != JsonValueKind.Array) throw new RpcProtocolException($"{Name}: a batch was answered with {root.ValueKind}; an array is expected");
        var byId = new Dictionary<long, JsonElement>();
        foreach (var one in root.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("id", out var id) || !id.TryGetInt64OrNull(out var number) || number < first || number >= first + calls.Length || !byId.TryAdd(number, one))
                throw new RpcProtocolException($"{Name}: a batch was answered with an id that was not asked, or twice with one");
        }
        var results = new JsonElement[calls.Length];
        for (var i = 0; i < calls.Length; i++)
        {
            if (!byId.TryGetValue(first + i, out var one)) throw new RpcProtocolException($"{Name}: {calls[i].Method} was not answered in its batch of {calls.Length}");
            results[i] = Result(one, calls[i].Method, first + i);
        }
        return results;
    }

    private async Task<JsonDocument> PostAsync(byte[] body, string method, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            var bytes = await ReadAsync(response, method, limit.Token).ConfigureAwait(false);
            try
            {
                var answer = JsonDocument.Parse(bytes);
                // Some nodes give an error of the protocol with an HTTP error; the protocol's own says more.
                if (response.IsSuccessStatusCode || answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object) return answer;
                answer.Dispose();
            }
            catch (JsonException e) when (response.IsSuccessStatusCode)
            {
                throw new RpcProtocolException($"{Name}: {method} was answered with something that is no JSON", e);
            }
            catch (JsonException)
            {
                // The status below says what is wrong.
            }
            throw new RpcUnreachableException($"{Name}: {method} was answered with HTTP status {(int)response.StatusCode} ({response.StatusCode}); 200 is expected. Look at the node, or at the access that it wants");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RpcUnreachableException(string.Create(CultureInfo.InvariantCulture, $"{Name}: {method} was not answered within {_options.Timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RpcUnreachableException($"{Name}: {method} could not be called: {Root(e).Message}. Is the node running, and is its address right?", e);
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, string method, CancellationToken cancel)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using var memory = new MemoryStream();
        var buffer = new byte[1 << 14];
        while (await stream.ReadAsync(buffer, cancel).ConfigureAwait(false) is > 0 and var read)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > _options.MostBytes) throw new RpcProtocolException($"{Name}: {method} was answered with more than {_options.MostBytes} bytes");
        }
        return memory.ToArray();
    }

    private JsonElement Result(JsonElement answer, string method, long id)
    {
        if (!answer.TryGetProperty("id", out var given) || !given.TryGetInt64OrNull(out var number) || number != id)
        {
            // An error before the request was understood has the id null.
            if (answer.TryGetProperty("error", out var early) && early.ValueKind == JsonValueKind.Object) throw Error(early, method);
            throw new RpcProtocolException($"{Name}: {method} was answered with another id than it was asked with");
        }
        if (answer.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null) throw Error(error, method);
        return answer.TryGetProperty("result", out var result) ? result.Clone() : throw new RpcProtocolException($"{Name}: {method} was answered with neither result nor error");
    }

    private RpcErrorException Error(JsonElement error, string method)
    {
        var code = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var c) && c.ValueKind == JsonValueKind.Number && c.TryGetInt32(out var n) ? n : 0;
        var message = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var m) && m.ValueKind == JsonValueKind.String ? m.GetString()! : "no reason given";
        var data = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("data", out var d) ? d.ValueKind switch
        {
            JsonValueKind.String => d.GetString(),
            // Some nodes wrap it once more.
            JsonValueKind.Object when d.TryGetProperty("data", out var inner) && inner.ValueKind == JsonValueKind.String => inner.GetString(),
            _ => null,
        } : null;
        return new RpcErrorException(Name, method, code, Cut(message), data);
    }

    private static string Cut(string text) => text.Length <= 500 ? text : text[..500] + "...";

    private static Exception Root(Exception e) => e.InnerException is { } inner ? Root(inner) : e;

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCall(Utf8JsonWriter writer, RpcCall call, long id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", call.Method);
        writer.WriteStartArray("params");
        foreach (var parameter in call.Parameters)
        {
            if (parameter is null) writer.WriteNullValue();
            else parameter.WriteTo(writer);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>Numbers that need not be there.</summary>
internal static class JsonNumbers
{
    public static bool TryGetInt64OrNull(this JsonElement element, out long number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number);
    }
}
