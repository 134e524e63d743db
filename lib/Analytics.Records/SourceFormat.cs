namespace Analytics.Records;

/// <summary>How a source file is laid out. Compression is told by the name: <c>.gz</c> and <c>.zst</c> behind any of them but Parquet.</summary>
public enum SourceFormat
{
    /// <summary>By the name: .csv, .tsv, .txt; .jsonl, .ndjson, .json; .parquet. Any other name is an error.</summary>
    Auto,
    /// <summary>Separated values with an optional header; see <see cref="RecordParser"/> for the grammar.</summary>
    Csv,
    /// <summary>One JSON object a line.</summary>
    JsonLines,
    /// <summary>Apache Parquet with flat columns.</summary>
    Parquet,
}
