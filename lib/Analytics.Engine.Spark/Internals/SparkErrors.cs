using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Internals;

/// <summary>Turns what Java and the gateway report into the engine's one exception: Spark's error class and message first, then where.</summary>
internal static class SparkErrors
{
    public static EngineException Contract(string message, string source) => new(message, source, isContractBreach: true);

    public static EngineException Translate(Exception wrong, string source, RenderedSql? sql = null) => wrong switch
    {
        EngineException ours => ours,
        JavaException java => Translate(java, source, sql),
        GatewayException gateway => new EngineException($"{gateway.Message} ({source})", source, inner: gateway, kind: EngineErrorKind.Io),
        _ => new EngineException($"{wrong.Message} ({source})", source, inner: wrong, kind: EngineErrorKind.Io),
    };

    private static EngineException Translate(JavaException java, string source, RenderedSql? sql)
    {
        var kind = KindOf(java);
        var line = sql is null ? null : LineOf(java.Message) is { } rendered ? sql.SourceLine(rendered) : (int?)null;
        var where = line is null ? source : $"{source}, line {line}";
        var root = Root(java);
        return new EngineException($"{root} ({where})", source, inner: java, kind: kind, line: line);
    }

    /// <summary>The message that says most: a job that failed says so at length, and why at the end of it or in a cause.</summary>
    private static string Root(JavaException java)
    {
        var text = First(java.Message);
        if (java.ErrorClass is not null) return text;
        if (text.StartsWith("Cannot call methods on a stopped SparkContext", StringComparison.Ordinal))
            return "Spark has ended the application: the master does not answer, or the cluster refused or killed it";
        foreach (var cause in java.Causes)
            if (cause.Contains(": [", StringComparison.Ordinal)) return First(cause[(cause.IndexOf(": [", StringComparison.Ordinal) + 2)..]);
        if (java.Causes.Count > 0)
        {
            var cause = First(java.Causes[^1]);
            // Spark repeats the text of a failed task as its own cause.
            var said = cause[(cause.IndexOf(": ", StringComparison.Ordinal) is var at && at < 0 ? 0 : at + 2)..];
            return text.Contains(said, StringComparison.Ordinal) ? text : $"{text}: {cause}";
        }
        return text == java.JavaClass ? text : $"{Short(java.JavaClass)}: {text}";
    }

    private static string First(string message)
    {
        // Behind the message Spark draws the query, or lists the driver's stack.
        foreach (var noise in (ReadOnlySpan<string>)["\n== SQL", " SQLSTATE:", "; line ", "\nDriver stacktrace", "\n\tat "])
        {
            var at = message.IndexOf(noise, StringComparison.Ordinal);
            if (at > 0) message = message[..at];
        }
        return message.ReplaceLineEndings(" ").Trim();
    }

    private static string Short(string className) => className[(className.LastIndexOf('.') + 1)..];

    private static EngineErrorKind KindOf(JavaException java)
    {
        var all = java.Message + "\n" + string.Join('\n', java.Causes);
        if (all.Contains("No space left on device", StringComparison.Ordinal) || all.Contains("QuotaExceeded", StringComparison.Ordinal)) return EngineErrorKind.DiskFull;
        if (all.Contains("OutOfMemoryError", StringComparison.Ordinal) || all.Contains("SparkOutOfMemory", StringComparison.Ordinal)) return EngineErrorKind.OutOfMemory;
        if (java.ErrorClass is "PATH_NOT_FOUND" || java.JavaClass.StartsWith("java.io.", StringComparison.Ordinal) || java.JavaClass.StartsWith("org.apache.hadoop.", StringComparison.Ordinal)
            || all.Contains("SparkContext was shut down", StringComparison.Ordinal) || all.Contains("stopped SparkContext", StringComparison.Ordinal)) return EngineErrorKind.Io;
        if (all.Contains("cancelled", StringComparison.OrdinalIgnoreCase) && all.Contains("job group", StringComparison.OrdinalIgnoreCase)) return EngineErrorKind.Interrupted;
        return EngineErrorKind.Sql;
    }

    private static int? LineOf(string message)
    {
        foreach (var mark in (ReadOnlySpan<string>)["; line ", "(line "])
        {
            var at = message.IndexOf(mark, StringComparison.Ordinal);
            if (at < 0) continue;
            var digits = message.AsSpan(at + mark.Length);
            var length = 0;
            while (length < digits.Length && char.IsAsciiDigit(digits[length])) length++;
            if (length > 0 && int.TryParse(digits[..length], out var line)) return line;
        }
        return null;
    }
}
