namespace Analytics.Records.Curation;

/// <summary>What <see cref="Curator.Finish"/> made.</summary>
/// <param name="Dates">The dates that were built anew, in order. All others of the base stay as they are.</param>
/// <param name="Fates">
/// For each of these dates and each source with records in it before or after, by date and SHA-256. A source's totals are
/// its totals in the base plus the sum of <c>After - Before</c>; rejected records are not among them.
/// </param>
public sealed record CurationResult(IReadOnlyList<CuratedDate> Dates, IReadOnlyList<SourceFates> Fates);

/// <summary>A date that was built anew.</summary>
/// <param name="Date">The order date.</param>
/// <param name="Transactions">The transactions file; null where no record is left and the date is gone.</param>
/// <param name="Evidence">The evidence file; null where <paramref name="Transactions"/> is.</param>
/// <param name="MinimumOrderedAt">The first ordered_at in the transactions file, microseconds since 1970 UTC; 0 where the date is gone.</param>
/// <param name="MaximumOrderedAt">The last ordered_at.</param>
public sealed record CuratedDate(DateOnly Date, CuratedFile? Transactions, CuratedFile? Evidence, long MinimumOrderedAt, long MaximumOrderedAt);

/// <summary>A curated file.</summary>
/// <param name="Path">Its path: below <see cref="CurationPlan.Folder"/>, or the base's path where the bytes are the same as there.</param>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hex digits.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="IsBase">Whether it is the base's own file: nothing was written.</param>
public sealed record CuratedFile(string Path, string Sha256, long Bytes, long Rows, bool IsBase);

/// <summary>What became of a source's records of one date.</summary>
/// <param name="Sha256">The source.</param>
/// <param name="Date">The order date.</param>
/// <param name="Before">In the base; zeros for a new source.</param>
/// <param name="After">Now; zeros for a source that is gone.</param>
public sealed record SourceFates(string Sha256, DateOnly Date, FateCounts Before, FateCounts After);

/// <summary>Records by fate; rejected ones left aside.</summary>
/// <param name="Sales">Sales.</param>
/// <param name="Returns">Returns.</param>
/// <param name="Adjustments">Adjustments.</param>
/// <param name="Duplicates">Dropped duplicates.</param>
public readonly record struct FateCounts(long Sales, long Returns, long Adjustments, long Duplicates)
{
    /// <summary>All of them.</summary>
    public long Records => Sales + Returns + Adjustments + Duplicates;

    /// <summary>The sum.</summary>
    public static FateCounts operator +(FateCounts a, FateCounts b) =>
        new(a.Sales + b.Sales, a.Returns + b.Returns, a.Adjustments + b.Adjustments, a.Duplicates + b.Duplicates);

    /// <summary>The difference.</summary>
    public static FateCounts operator -(FateCounts a, FateCounts b) =>
        new(a.Sales - b.Sales, a.Returns - b.Returns, a.Adjustments - b.Adjustments, a.Duplicates - b.Duplicates);

    /// <summary>With one record more.</summary>
    internal FateCounts With(RecordKind kind, bool isDuplicate) => (kind, isDuplicate) switch
    {
        (_, true) => this with { Duplicates = Duplicates + 1 },
        (RecordKind.Sale, _) => this with { Sales = Sales + 1 },
        (RecordKind.Return, _) => this with { Returns = Returns + 1 },
        (RecordKind.Adjustment, _) => this with { Adjustments = Adjustments + 1 },
        _ => throw new InvalidOperationException($"unknown kind of record {(int)kind}"),
    };
}
