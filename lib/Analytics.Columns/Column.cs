namespace Analytics.Columns;

/// <summary>One column of a table or of a batch.</summary>
/// <param name="Name">The name, lower case with underscores.</param>
/// <param name="Type">The type.</param>
/// <param name="Nullable">Whether NULL may stand in it.</param>
public sealed record Column(string Name, ColumnType Type, bool Nullable = false);

/// <summary>What a published table is.</summary>
public enum TableKind
{
    /// <summary>A function of inputs and configuration: the same rows on every rerun.</summary>
    Result,
    /// <summary>What happened, with clocks and chains in it.</summary>
    Record,
}

/// <summary>The contract of one published table.</summary>
/// <param name="Name">The table's name, also its folder's.</param>
/// <param name="Version">Raised by one whenever a column is added.</param>
/// <param name="Kind">Result or record.</param>
/// <param name="Columns">The columns in order.</param>
/// <param name="OrderBy">The columns that the rows are sorted by: ascending, nulls first, texts by their UTF-8 bytes; together unique.</param>
public sealed record TableSchema(string Name, int Version, TableKind Kind, IReadOnlyList<Column> Columns, IReadOnlyList<string> OrderBy);
