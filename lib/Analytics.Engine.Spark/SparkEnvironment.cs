using System.Globalization;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark;

/// <summary>What spark-submit tells the program that it started.</summary>
public static class SparkEnvironment
{
    /// <summary>Whether spark-submit started this program, so that its session is there already.</summary>
    public static bool IsSubmitted => Environment.GetEnvironmentVariable("PYSPARK_GATEWAY_PORT") is { Length: > 0 };

    /// <summary>The command line without the file that spark-submit was given and puts before it.</summary>
    public static string[] Arguments(string[] arguments) => IsSubmitted && arguments.Length > 0 && arguments[0].EndsWith(".py", StringComparison.Ordinal) ? arguments[1..] : arguments;

    internal static GatewayEndpoint? Gateway()
    {
        if (!IsSubmitted) return null;
        var port = Environment.GetEnvironmentVariable("PYSPARK_GATEWAY_PORT")!;
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new EngineException($"PYSPARK_GATEWAY_PORT={port} is no port: unset it, or start through spark-submit", kind: EngineErrorKind.Io);
        var secret = Environment.GetEnvironmentVariable("PYSPARK_GATEWAY_SECRET");
        if (string.IsNullOrEmpty(secret)) throw new EngineException("PYSPARK_GATEWAY_PORT is set but PYSPARK_GATEWAY_SECRET is not: start through spark-submit, which sets both", kind: EngineErrorKind.Io);
        return new GatewayEndpoint(number, secret);
    }
}
