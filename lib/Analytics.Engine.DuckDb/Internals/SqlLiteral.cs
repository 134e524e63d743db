using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>The one place where values and names become SQL text.</summary>
internal static class SqlLiteral
{
    /// <summary>A text in quotes. DuckDB's plain quotes know no escape but the doubled quote, so backslashes and newlines stand for themselves.</summary>
    /// <exception cref="FormatException">The text holds a NUL, at which DuckDB's C interface would cut the statement, or is no valid UTF-16.</exception>
    public static string Text(string value)
    {
        if (value.Contains('\0')) throw new FormatException("holds a NUL character, which cannot stand in SQL text: remove it or pass it as a row");
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (!char.IsHighSurrogate(value[i]) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                throw new FormatException($"holds half a surrogate pair at position {i}, which UTF-8 cannot write");
            i++;
        }
        return "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
    }

    /// <summary>A name in double quotes.</summary>
    /// <exception cref="FormatException">The name is empty or holds a NUL.</exception>
    public static string Name(string name)
    {
        if (name.Length == 0 || name.Contains('\0')) throw new FormatException("a name may not be empty or hold a NUL character");
        return "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    /// <summary>A typed value.</summary>
    /// <exception cref="FormatException">The value does not fit its type.</exception>
    public static string Of(SqlParameter parameter) => parameter.Value switch
    {
        null => $"cast(null as {TypeMap.Sql(parameter.Type)})",
        string text when parameter.Type.Kind == ColumnKind.Text => Text(text),
        bool flag => flag ? "true" : "false",
        // Through text: the bare literal -9223372036854775808 is parsed as a minus before a HUGEINT.
        long number => string.Create(CultureInfo.InvariantCulture, $"cast('{number}' as bigint)"),
        double number => Double(number),
        DateOnly date => string.Create(CultureInfo.InvariantCulture, $"cast('{date:yyyy-MM-dd}' as date)"),
        decimal number => $"cast('{SqlDialect.DecimalText(number, parameter.Type)}' as {parameter.Type})",
        _ => throw new FormatException($"a {parameter.Value.GetType().Name} cannot stand as {parameter.Type}"),
    };

    private static string Double(double number)
    {
        var text = double.IsNaN(number) ? "nan"
            : double.IsPositiveInfinity(number) ? "infinity"
            : double.IsNegativeInfinity(number) ? "-infinity"
            : number.ToString("R", CultureInfo.InvariantCulture);
        return $"cast('{text}' as double)";
    }
}
