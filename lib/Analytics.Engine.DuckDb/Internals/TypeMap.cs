using Analytics.Columns;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Column types and DuckDB's. A declared TIMESTAMP is DuckDB's plain TIMESTAMP, always UTC; TIMESTAMPTZ, which stores the same
/// microseconds, is taken wherever a query or a file gives it.
/// </summary>
internal static class TypeMap
{
    /// <summary>The type's name in DuckDB's SQL.</summary>
    public static string Sql(ColumnType type) => type.ToString();

    /// <summary>A new logical type; the caller disposes it.</summary>
    public static DuckDBLogicalType Create(ColumnType type)
    {
        switch (type.Kind)
        {
            case ColumnKind.Decimal:
                return NativeMethods.LogicalType.DuckDBCreateDecimalType((byte)type.Precision, (byte)type.Scale);
            case ColumnKind.TextList:
                using (var item = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Varchar))
                    return NativeMethods.LogicalType.DuckDBCreateListType(item);
            default:
                return NativeMethods.LogicalType.DuckDBCreateLogicalType(type.Kind switch
                {
                    ColumnKind.Boolean => DuckDBType.Boolean,
                    ColumnKind.Int32 => DuckDBType.Integer,
                    ColumnKind.Int64 => DuckDBType.BigInt,
                    ColumnKind.Double => DuckDBType.Double,
                    ColumnKind.Date => DuckDBType.Date,
                    ColumnKind.Timestamp => DuckDBType.Timestamp,
                    ColumnKind.Text => DuckDBType.Varchar,
                    _ => throw new InvalidOperationException($"no DuckDB type for {type}"),
                });
        }
    }

    /// <summary>The name of a logical type: ours where it is one of ours, else DuckDB's.</summary>
    public static string NameOf(DuckDBLogicalType type)
    {
        switch (NativeMethods.LogicalType.DuckDBGetTypeId(type))
        {
            case DuckDBType.Boolean: return "BOOLEAN";
            case DuckDBType.Integer: return "INTEGER";
            case DuckDBType.BigInt: return "BIGINT";
            case DuckDBType.Double: return "DOUBLE";
            case DuckDBType.Date: return "DATE";
            case DuckDBType.Timestamp: return "TIMESTAMP";
            case DuckDBType.TimestampTz: return "TIMESTAMP WITH TIME ZONE";
            case DuckDBType.Varchar: return "VARCHAR";
            case DuckDBType.Decimal:
                return new ColumnType(ColumnKind.Decimal, NativeMethods.LogicalType.DuckDBDecimalWidth(type), NativeMethods.LogicalType.DuckDBDecimalScale(type)).ToString();
            case DuckDBType.List:
                using (var item = NativeMethods.LogicalType.DuckDBListTypeChildType(type)) return NameOf(item) + "[]";
            case var other: return other.ToString().ToUpperInvariant();
        }
    }

    /// <summary>Whether a column of that DuckDB type holds what the declared type holds, bit by bit.</summary>
    public static bool Fits(string duckDbType, ColumnType declared) =>
        duckDbType == declared.ToString() || (declared.Kind == ColumnKind.Timestamp && duckDbType == "TIMESTAMP WITH TIME ZONE");

    /// <summary>What must change for a column to fit: the answer to "what to do".</summary>
    public static string Remedy(string column, ColumnType declared) => $"write cast(... as {Sql(declared).ToLowerInvariant()}) as {column}";

    /// <summary>Checks names and types of a result, or of a relation, against the declared columns.</summary>
    public static void Check(IReadOnlyList<(string Name, string Type)> actual, IReadOnlyList<Column> declared, string source)
    {
        for (var i = 0; i < Math.Max(actual.Count, declared.Count); i++)
        {
            if (i >= actual.Count)
                throw Breach(source, $"column {declared[i].Name} {declared[i].Type} is missing: {actual.Count} columns were given, {declared.Count} are declared ({Names(declared)})");
            if (i >= declared.Count)
                throw Breach(source, $"column {actual[i].Name} {actual[i].Type} is one too many: {declared.Count} columns are declared ({Names(declared)})");
            if (actual[i].Name != declared[i].Name)
                throw Breach(source, $"column {i + 1} is called {actual[i].Name}, expected {declared[i].Name}: columns come in the declared order ({Names(declared)})");
            if (!Fits(actual[i].Type, declared[i].Type))
                throw Breach(source, $"column {actual[i].Name} is {actual[i].Type}, expected {declared[i].Type}: {Remedy(actual[i].Name, declared[i].Type)}");
        }
    }

    private static string Names(IReadOnlyList<Column> columns) => string.Join(", ", columns.Select(c => c.Name));

    private static EngineException Breach(string source, string message) => new($"{source}: {message}", source, isContractBreach: true);
}
