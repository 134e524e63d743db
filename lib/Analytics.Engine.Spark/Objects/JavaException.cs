using System.Text.RegularExpressions;

namespace Analytics.Engine.Spark.Objects;

/// <summary>What Java threw: Spark's error class and message first, the causes behind it. The stack trace is kept for a log.</summary>
internal sealed partial class JavaException : Exception
{
    public JavaException(string className, string? message, IReadOnlyList<string> causes, string stackTrace)
        : base(message is null or "" ? className : message)
    {
        JavaClass = className;
        Causes = causes;
        JavaStackTrace = stackTrace;
        ErrorClass = ClassPattern().Match(Message) is { Success: true } match ? match.Groups[1].Value : null;
    }

    /// <summary>The exception's class, such as <c>org.apache.spark.sql.AnalysisException</c>.</summary>
    public string JavaClass { get; }

    /// <summary>Spark's error class, such as <c>TABLE_OR_VIEW_NOT_FOUND</c> or <c>DIVIDE_BY_ZERO.WITH_SUGGESTION</c>; null where there is none.</summary>
    public string? ErrorClass { get; }

    /// <summary>The causes as <c>class: message</c>, the nearest first.</summary>
    public IReadOnlyList<string> Causes { get; }

    /// <summary>Java's stack trace.</summary>
    public string JavaStackTrace { get; }

    [GeneratedRegex(@"^\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]", RegexOptions.CultureInvariant)]
    private static partial Regex ClassPattern();
}
