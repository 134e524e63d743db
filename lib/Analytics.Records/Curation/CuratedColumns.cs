using Analytics.Columns;

namespace Analytics.Records.Curation;

/// <summary>The columns of the curated files.</summary>
public static class CuratedColumns
{
    /// <summary>Columns that transactions, evidence and <see cref="RecordColumns.All"/> share: order_id to currency.</summary>
    internal const int Shared = RecordColumns.Kind;

    /// <summary>Position of kind in <see cref="Transactions"/>.</summary>
    internal const int TransactionKind = Shared, TransactionSourceFile = Shared + 1, TransactionSourceLine = Shared + 2;

    /// <summary>Positions in <see cref="Evidence"/>; the shared columns and kind follow.</summary>
    internal const int EvidenceSourceFile = 0, EvidenceSourceLine = 1, EvidenceFingerprintHigh = 2, EvidenceFingerprintLow = 3,
        EvidenceDropped = 4, EvidenceShared = 5, EvidenceKind = EvidenceShared + Shared;

    /// <summary>The lake's table transactions, in the contract's order; sorted by (source_file, source_line).</summary>
    public static IReadOnlyList<Column> Transactions { get; } =
    [
        .. RecordColumns.All.Take(Shared),
        new("kind", ColumnType.Text), new("source_file", ColumnType.Text), new("source_line", ColumnType.Int64),
    ];

    /// <summary>
    /// One row a record of the date, dropped duplicates included, sorted by (source_file, source_line): where it stands, its
    /// fingerprint, and for the dropped ones the whole record; NULL for the others, which are in transactions.
    /// </summary>
    public static IReadOnlyList<Column> Evidence { get; } =
    [
        new("source_file", ColumnType.Text), new("source_line", ColumnType.Int64),
        new("fingerprint_high", ColumnType.Int64), new("fingerprint_low", ColumnType.Int64), new("dropped", ColumnType.Boolean),
        .. RecordColumns.All.Take(Shared).Select(c => c with { Nullable = true }), new("kind", ColumnType.Text, true),
    ];

    internal static ReadOnlySpan<byte> NameOf(RecordKind kind) => kind switch
    {
        RecordKind.Sale => "sale"u8,
        RecordKind.Return => "return"u8,
        RecordKind.Adjustment => "adjustment"u8,
        _ => throw new InvalidOperationException($"unknown kind of record {(int)kind}"),
    };

    internal static RecordKind KindOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("sale"u8) ? RecordKind.Sale
        : name.SequenceEqual("return"u8) ? RecordKind.Return
        : name.SequenceEqual("adjustment"u8) ? RecordKind.Adjustment
        : throw new InvalidDataException($"unknown kind of record '{System.Text.Encoding.UTF8.GetString(name)}'");
}
