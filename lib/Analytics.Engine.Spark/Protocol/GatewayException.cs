namespace Analytics.Engine.Spark.Protocol;

/// <summary>How the talk with the gateway ended.</summary>
internal enum GatewayFault
{
    /// <summary>Nobody listens, or the listener does not answer in time.</summary>
    Unreachable,
    /// <summary>The secret is wrong.</summary>
    Refused,
    /// <summary>The JVM closed the connection, or is gone.</summary>
    Closed,
    /// <summary>An answer that the protocol does not know.</summary>
    Garbled,
    /// <summary>This side broke the connection off.</summary>
    Aborted,
}

/// <summary>The connection is broken for good. What Java itself reports is a <see cref="Objects.JavaException"/>.</summary>
internal sealed class GatewayException(GatewayFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public GatewayFault Fault => fault;
}
