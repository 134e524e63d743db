using Analytics.Columns;

namespace Analytics.Records;

/// <summary>The columns of a rejected record, and their positions in its batch.</summary>
public static class RejectColumns
{
    /// <summary>BIGINT: the physical line, from 1, on which the record starts; in Parquet the row from 1.</summary>
    public const int SourceLine = 0;
    /// <summary>VARCHAR: one of <see cref="RejectRules"/>.</summary>
    public const int Rule = 1;
    /// <summary>VARCHAR or NULL: the target column that broke the rule; NULL where the record as a whole did.</summary>
    public const int Column = 2;
    /// <summary>VARCHAR or NULL: the source's text in that column, written like <see cref="Raw"/>, NULL where it is empty.</summary>
    public const int Value = 3;
    /// <summary>VARCHAR: the record as in the file, without its line end; NUL and bytes that are no text as \xNN; at most 64 KiB.</summary>
    public const int Raw = 4;
    /// <summary>BIGINT: how many bytes the record has in the (unpacked) file; 0 in Parquet, which has no bytes of one record.</summary>
    public const int RawBytes = 5;

    /// <summary>The columns, in order of these positions.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        new("source_line", ColumnType.Int64), new("rule", ColumnType.Text), new("column", ColumnType.Text, true),
        new("value", ColumnType.Text, true), new("raw", ColumnType.Text), new("raw_bytes", ColumnType.Int64),
    ];
}
