namespace Analytics.Sandbox;

/// <summary>What a value of a result means, for alignment, sorting and charts.</summary>
public enum SandboxKind
{
    /// <summary><see cref="bool"/>.</summary>
    Boolean,
    /// <summary><see cref="long"/>; integers of up to 64 signed bits.</summary>
    Integer,
    /// <summary><see cref="double"/>, infinities and NaN included.</summary>
    Double,
    /// <summary>The exact digits as a <see cref="string"/>: decimals and integers beyond 64 bits.</summary>
    Decimal,
    /// <summary><c>yyyy-MM-dd</c> as a <see cref="string"/>.</summary>
    Date,
    /// <summary><c>yyyy-MM-dd HH:mm:ss[.ffffff]</c>, UTC, as a <see cref="string"/>.</summary>
    Timestamp,
    /// <summary>Text, and everything else as text: lists, structs, maps, times, intervals, blobs in hex.</summary>
    Text,
}

/// <summary>A column of a result.</summary>
/// <param name="Name">As the query names it; may be empty, long, or occur twice.</param>
/// <param name="Type">DuckDB's name of the type.</param>
/// <param name="Kind">What the values are; every value may be null.</param>
public sealed record SandboxColumn(string Name, string Type, SandboxKind Kind);

/// <summary>How a query ended.</summary>
/// <param name="Rows">Rows that were handed out.</param>
/// <param name="Bytes">Their values' bytes as text.</param>
/// <param name="CutBy">Why there are no more, though the query has some: <c>rows</c> or <c>bytes</c>, the limit that was met; null where these are all.</param>
/// <param name="Elapsed">From the start of the process to its end.</param>
public sealed record SandboxSummary(long Rows, long Bytes, string? CutBy, TimeSpan Elapsed);
