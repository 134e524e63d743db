namespace Analytics.Engine.Spark.Protocol;

/// <summary>Where a JVM's gateway listens, on this machine's loopback. The secret is never written to a log, a message or a command line.</summary>
internal sealed class GatewayEndpoint(int port, string secret)
{
    public int Port => port;

    public string Secret => secret;

    /// <inheritdoc/>
    public override string ToString() => $"127.0.0.1:{port}";
}
