using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>How one engine writes what the shared SQL leaves to it.</summary>
public abstract class SqlDialect
{
    /// <summary>Writes a parameter's value as a typed literal.</summary>
    /// <exception cref="FormatException">The engine cannot write the value, or it does not fit its type.</exception>
    public abstract string Literal(SqlParameter parameter);

    /// <summary>Writes a quoted text of the query, given with its quotes; a doubled quote in it is one.</summary>
    /// <param name="quoted">The text with its quotes.</param>
    /// <param name="isEscapeString">Whether an <c>e</c> stands before it.</param>
    /// <exception cref="FormatException">The engine cannot write it.</exception>
    public virtual string QuotedText(string quoted, bool isEscapeString) => quoted;

    /// <summary>Writes a quoted name of the query, given with its quotes.</summary>
    public virtual string QuotedName(string quoted) => quoted;

    /// <summary>Writes a dollar-quoted text of the query.</summary>
    /// <exception cref="FormatException">The engine cannot write it.</exception>
    public virtual string DollarQuotedText(string quoted) => quoted;

    /// <summary>The digits of a decimal that fits its type. A cast would round in silence; a parameter that does not fit is the caller's mistake.</summary>
    /// <exception cref="FormatException">The type is no decimal, or the number does not fit it.</exception>
    public static string DecimalText(decimal number, ColumnType type)
    {
        if (type.Kind != ColumnKind.Decimal) throw new FormatException($"a decimal cannot stand as {type}");
        var text = number.ToString(CultureInfo.InvariantCulture);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : text.AsSpan(point + 1).TrimEnd('0').Length;
        var whole = text.AsSpan(0, point < 0 ? text.Length : point).TrimStart('-').TrimStart('0').Length;
        if (fraction > type.Scale || whole > type.Precision - type.Scale) throw new FormatException($"{text} does not fit {type}");
        return text;
    }
}
