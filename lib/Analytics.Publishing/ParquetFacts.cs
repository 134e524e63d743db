using Analytics.Columns;

namespace Analytics.Publishing;

/// <summary>What a Parquet file's footer says; asked of the caller, who knows a Parquet reader.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Columns">Names and types in order; whether they are nullable is not compared.</param>
public sealed record ParquetFacts(long Rows, IReadOnlyList<Column> Columns);

/// <summary>Reads a Parquet file's footer by its full path.</summary>
/// <exception cref="InvalidDataException">It is no whole Parquet file.</exception>
public delegate ParquetFacts ParquetInspector(string path);
