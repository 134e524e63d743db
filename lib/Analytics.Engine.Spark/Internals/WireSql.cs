using System.Globalization;
using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.Spark.Internals;

/// <summary>The rows of the wire as Spark's SQL writes and reads them; docs/worker-protocol.md says how.</summary>
internal static class WireSql
{
    private static readonly (string Plain, string Escaped)[] Escapes = [("\\", "\\B"), ("\t", "\\T"), ("\n", "\\L"), ("\r", "\\R")];

    /// <summary>One text a row: its fields with tabs between them.</summary>
    public static string Line(IEnumerable<Column> columns) =>
        $"concat_ws({SparkLiteral.Text("\t")}, {string.Join(", ", columns.Select(Field))})";

    /// <summary>A column as a field.</summary>
    public static string Field(Column column)
    {
        var name = SparkLiteral.Name(column.Name);
        var text = column.Type.Kind switch
        {
            ColumnKind.Text => $"if({name} = '', {SparkLiteral.Text("\\E")}, {Escape(name)})",
            ColumnKind.TextList => $"concat({SparkLiteral.Text("\\[")}, array_join(transform({name}, item -> concat(coalesce({Escape("item")}, {SparkLiteral.Text("\\N")}), {SparkLiteral.Text("\\;")})), ''))",
            ColumnKind.Date => $"cast(unix_date({name}) as string)",
            ColumnKind.Timestamp => $"cast(unix_micros(cast({name} as timestamp)) as string)",
            _ => $"cast({name} as string)",
        };
        return $"coalesce({text}, {SparkLiteral.Text("\\N")})";
    }

    /// <summary>A field as a column again.</summary>
    public static string Value(string field, ColumnType type)
    {
        var some = $"nullif({field}, {SparkLiteral.Text("\\N")})";
        return type.Kind switch
        {
            ColumnKind.Text => $"if({field} = {SparkLiteral.Text("\\E")}, '', {Unescape(some)})",
            // Each item has its end behind it, so the last piece is empty and no item.
            ColumnKind.TextList => $"transform(slice(split({some}, {SparkLiteral.Text("\\\\;")}), 1, size(split({some}, {SparkLiteral.Text("\\\\;")})) - 1), (item, place) -> {Unescape("if(place = 0, substring(item, 3), item)")})",
            ColumnKind.Date => $"date_from_unix_date(cast({some} as int))",
            ColumnKind.Timestamp => $"timestamp_micros(cast({some} as bigint))",
            _ => $"cast({some} as {SparkTypes.Sql(type)})",
        };
    }

    /// <summary>The shared order: ascending, nulls first; Spark compares texts by their bytes.</summary>
    public static string OrderBy(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => SparkLiteral.Name(column) + " asc nulls first"));

    /// <summary>The name of an answer's field, the kind being field 0.</summary>
    public static string AnswerField(int field) => string.Create(CultureInfo.InvariantCulture, $"f{field}");

    private static string Escape(string text)
    {
        var sql = new StringBuilder(text);
        foreach (var (plain, escaped) in Escapes)
            sql.Insert(0, "replace(").Append(", ").Append(SparkLiteral.Text(plain)).Append(", ").Append(SparkLiteral.Text(escaped)).Append(')');
        return sql.ToString();
    }

    private static string Unescape(string text)
    {
        var sql = new StringBuilder(text);
        foreach (var (plain, escaped) in Escapes.Reverse())
            sql.Insert(0, "replace(").Append(", ").Append(SparkLiteral.Text(escaped)).Append(", ").Append(SparkLiteral.Text(plain)).Append(')');
        return sql.ToString();
    }
}
