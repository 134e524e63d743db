namespace Analytics.Report;

/// <summary>What became of the input.</summary>
public sealed record QualityReport
{
    /// <summary>The fates of each source file's records, in any order.</summary>
    public IReadOnlyList<FileFates> Files { get; init; } = [];

    /// <summary>Rejected records by rule and column.</summary>
    public IReadOnlyList<RejectReason> Rejects { get; init; } = [];

    /// <summary>The rows of the table quality.</summary>
    public IReadOnlyList<QualityCheck> Checks { get; init; } = [];

    /// <summary>Rows through each stage, in the stages' order.</summary>
    public IReadOnlyList<StageRows> Stages { get; init; } = [];
}

/// <summary>One source file's records by fate; the five add up to the records read.</summary>
/// <param name="SourceFile">The file's name, relative to its input.</param>
/// <param name="Sales">Records that became sales.</param>
/// <param name="Returns">Records that became returns.</param>
/// <param name="Adjustments">Records that became adjustments.</param>
/// <param name="Duplicates">Records dropped as duplicates.</param>
/// <param name="Rejected">Records rejected.</param>
public sealed record FileFates(
    string SourceFile, long Sales, long Returns, long Adjustments, long Duplicates, long Rejected)
{
    /// <summary>All records read.</summary>
    public long Records => Sales + Returns + Adjustments + Duplicates + Rejected;
}

/// <summary>Rejected records with the same reason.</summary>
/// <param name="Rule">The rule that failed.</param>
/// <param name="Column">The column it failed on; null where it is the record as a whole.</param>
/// <param name="Count">How many records.</param>
/// <param name="Examples">A few of them; the page shows the first <see cref="ReportPage.ExamplesShown"/>.</param>
public sealed record RejectReason(string Rule, string? Column, long Count, IReadOnlyList<RejectExample> Examples);

/// <summary>One rejected record.</summary>
/// <param name="SourceFile">The file it stands in.</param>
/// <param name="SourceLine">The physical line on which it starts.</param>
/// <param name="Value">The value that failed; null where there is none.</param>
/// <param name="Raw">The record as read; cut on the page.</param>
public sealed record RejectExample(string SourceFile, long SourceLine, string? Value, string Raw);

/// <summary>One row of the table quality.</summary>
/// <param name="Stage">The stage that checked.</param>
/// <param name="Check">What was checked.</param>
/// <param name="Severity">info, warning or error.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Observed">What was found; null where there is nothing to say.</param>
/// <param name="Expected">What was expected; null where there is nothing to say.</param>
/// <param name="Message">A sentence for the reader; null where there is nothing to say.</param>
public sealed record QualityCheck(
    string Stage, string Check, string Severity, bool Passed, string? Observed, string? Expected, string? Message);

/// <summary>Rows through a stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="RowsIn">Rows read.</param>
/// <param name="RowsOut">Rows written.</param>
/// <param name="RowsRejected">Rows rejected.</param>
public readonly record struct StageRows(string Stage, long RowsIn, long RowsOut, long RowsRejected);
