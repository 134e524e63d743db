namespace Analytics.Anchoring;

/// <summary>A call to a node or signer did not give an answer that can be used.</summary>
public class RpcException(string message, Exception? inner = null) : AnchoringException(AnchorFault.Outside, message, inner);

/// <summary>No answer came: not reached, timed out, or an HTTP error. Whether the call was carried out is not known.</summary>
public sealed class RpcUnreachableException(string message, Exception? inner = null) : RpcException(message, inner);

/// <summary>The answer is not what the protocol says: no JSON, another id, too large.</summary>
public sealed class RpcProtocolException(string message, Exception? inner = null) : RpcException(message, inner);

/// <summary>The node answered with an error.</summary>
public sealed class RpcErrorException(string endpoint, string method, int code, string nodeMessage, string? data)
    : RpcException($"{endpoint}: {method} was refused: {nodeMessage} (code {code})")
{
    /// <summary>The error's code; -32601 is an unknown method, 3 a revert.</summary>
    public int Code { get; } = code;

    /// <summary>The node's own words.</summary>
    public string NodeMessage { get; } = nodeMessage;

    /// <summary>The error's data where it is a text: what a reverting contract returned.</summary>
    public string? RevertData { get; } = data;
}
