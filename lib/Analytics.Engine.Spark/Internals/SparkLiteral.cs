using System.Globalization;
using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.Spark.Internals;

/// <summary>The one place where values and names become Spark's SQL text.</summary>
internal static class SparkLiteral
{
    /// <summary>A text in quotes. Within Spark's quotes a backslash escapes, and a doubled quote is two texts side by side.</summary>
    /// <exception cref="FormatException">The text is no valid UTF-16.</exception>
    public static string Text(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('\'');
        for (var i = 0; i < value.Length; i++)
        {
            var letter = value[i];
            if (char.IsSurrogate(letter))
            {
                if (!char.IsHighSurrogate(letter) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                    throw new FormatException($"holds half a surrogate pair at position {i}, which UTF-8 cannot write");
                text.Append(letter).Append(value[++i]);
                continue;
            }
            _ = letter switch
            {
                '\\' => text.Append(@"\\"),
                '\'' => text.Append(@"\'"),
                '\0' => text.Append(@"\0"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ => text.Append(letter),
            };
        }
        return text.Append('\'').ToString();
    }

    /// <summary>A name in backquotes.</summary>
    /// <exception cref="FormatException">The name is empty or holds a NUL.</exception>
    public static string Name(string name)
    {
        if (name.Length == 0 || name.Contains('\0')) throw new FormatException("a name may not be empty or hold a NUL character");
        return "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";
    }

    /// <summary>The shared order of rows: ascending, nulls first; Spark compares texts by their bytes.</summary>
    public static string OrderBy(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => Name(column) + " asc nulls first"));

    /// <summary>A typed value.</summary>
    /// <exception cref="FormatException">The value does not fit its type.</exception>
    public static string Of(SqlParameter parameter) => parameter.Value switch
    {
        null => $"cast(null as {SparkTypes.Sql(parameter.Type)})",
        string text when parameter.Type.Kind == ColumnKind.Text => Text(text),
        bool flag => flag ? "true" : "false",
        // Through text: the bare literal -9223372036854775808 is parsed as a minus before a number that is too large.
        long number => string.Create(CultureInfo.InvariantCulture, $"cast('{number}' as bigint)"),
        double number => Double(number),
        DateOnly date => string.Create(CultureInfo.InvariantCulture, $"cast('{date:yyyy-MM-dd}' as date)"),
        decimal number => $"cast('{SqlDialect.DecimalText(number, parameter.Type)}' as {SparkTypes.Sql(parameter.Type)})",
        _ => throw new FormatException($"a {parameter.Value.GetType().Name} cannot stand as {parameter.Type}"),
    };

    private static string Double(double number)
    {
        var text = double.IsNaN(number) ? "NaN"
            : double.IsPositiveInfinity(number) ? "Infinity"
            : double.IsNegativeInfinity(number) ? "-Infinity"
            : number.ToString("R", CultureInfo.InvariantCulture);
        return $"cast('{text}' as double)";
    }
}
