namespace Analytics.Records;

/// <summary>One local order date of a file.</summary>
/// <param name="Date">The date.</param>
/// <param name="Rows">How many accepted records it has.</param>
/// <param name="FirstLine">The least line of them.</param>
public readonly record struct DateCount(DateOnly Date, long Rows, long FirstLine);

/// <summary>One rule's rejects in a file.</summary>
/// <param name="Rule">One of <see cref="RejectRules"/>.</param>
/// <param name="Records">How many records it rejected.</param>
public readonly record struct RuleCount(string Rule, long Records);

/// <summary>What one file held.</summary>
public sealed record ParseSummary
{
    /// <summary>Records in all: <see cref="Rows"/> + <see cref="Rejected"/>.</summary>
    public required long Records { get; init; }

    /// <summary>Rejected records.</summary>
    public required long Rejected { get; init; }

    /// <summary>Accepted records, duplicates among them included.</summary>
    public required long Rows { get; init; }

    /// <summary>The order dates of the accepted records, ascending.</summary>
    public required IReadOnlyList<DateCount> Dates { get; init; }

    /// <summary>Rejects by rule, in order of the rules' bytes; rules without any left out.</summary>
    public required IReadOnlyList<RuleCount> RejectedByRule { get; init; }

    /// <summary>The distinct currencies of the accepted records in order of their bytes; only the first <see cref="MaxCurrencies"/> where there are more.</summary>
    public required IReadOnlyList<string> Currencies { get; init; }

    /// <summary>SHA-256 of the file's bytes as they lie there (packed, where it is packed), 64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file's length as it lies there.</summary>
    public required long Bytes { get; init; }

    /// <summary>The length of the unpacked text; the file's length for Parquet.</summary>
    public required long UnpackedBytes { get; init; }

    /// <summary>How many chunks the sink took.</summary>
    public required int Chunks { get; init; }

    /// <summary>The first order date, or null without accepted records.</summary>
    public DateOnly? FirstDate => Dates.Count == 0 ? null : Dates[0].Date;

    /// <summary>The last order date, or null without accepted records.</summary>
    public DateOnly? LastDate => Dates.Count == 0 ? null : Dates[^1].Date;

    /// <summary>The most currencies that are listed: one is right and two are an error already.</summary>
    public const int MaxCurrencies = 16;
}
