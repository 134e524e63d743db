namespace Analytics.Anchoring;

/// <summary>Limits of a JSON-RPC client.</summary>
public readonly record struct RpcOptions()
{
    /// <summary>The longest that one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest answer that is read.</summary>
    public int MostBytes { get; init; } = 16 << 20;

    /// <summary>Calls in one batch; more are sent as several. Public nodes refuse larger ones.</summary>
    public int MostCalls { get; init; } = 100;
}

/// <summary>One call of a batch.</summary>
/// <param name="Method">The method.</param>
/// <param name="Parameters">Its parameters, each written as JSON.</param>
public readonly record struct RpcCall(string Method, params System.Text.Json.Nodes.JsonNode?[] Parameters);
