namespace Analytics.Records.Curation;

/// <summary>What the run consists of and what its base has already.</summary>
public sealed record CurationPlan
{
    /// <summary>
    /// Files become <c>Folder/transactions/order_date=YYYY-MM-DD/HASH.parquet</c> and <c>Folder/evidence/order_date=YYYY-MM-DD/HASH.parquet</c>,
    /// HASH being the file's SHA-256 in 64 lower-case hex digits. They get their names once they are whole; nothing is fsynced.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>
    /// SHA-256 (64 lower-case hex digits) of every source of the run, old and new, to its label: the least name under which the
    /// run knows these bytes. A source of the base that is absent here is gone: retracted, or replaced by another content.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Labels in the base's files to SHA-256. Empty without a base.</summary>
    public IReadOnlyDictionary<string, string> BaseLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>All dates of the base. Empty without a base.</summary>
    public IReadOnlyList<BaseDate> BaseDates { get; init; } = [];

    /// <summary>
    /// Dates to build anew although no new source touches them: those of the sources that are gone or have another label now
    /// (<see cref="CurationHistory.DatesOf"/> finds them). Dates of new sources need not be named.
    /// </summary>
    public IReadOnlySet<DateOnly> Rebuild { get; init; } = new HashSet<DateOnly>();
}

/// <summary>The two curated files of one date in the base run.</summary>
/// <param name="Date">The order date.</param>
/// <param name="TransactionsPath">Its transactions file, named by its hash.</param>
/// <param name="EvidencePath">Its evidence file, named by its hash.</param>
public sealed record BaseDate(DateOnly Date, string TransactionsPath, string EvidencePath);
