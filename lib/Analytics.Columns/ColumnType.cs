using System.Globalization;

namespace Analytics.Columns;

/// <summary>The physical family of a column; what a <see cref="ColumnVector"/> stores for it.</summary>
public enum ColumnKind
{
    /// <summary>true or false; <c>ValueVector&lt;bool&gt;</c>.</summary>
    Boolean,
    /// <summary>32-bit signed integer; <c>ValueVector&lt;int&gt;</c>.</summary>
    Int32,
    /// <summary>64-bit signed integer; <c>ValueVector&lt;long&gt;</c>.</summary>
    Int64,
    /// <summary>IEEE 754 double; <c>ValueVector&lt;double&gt;</c>.</summary>
    Double,
    /// <summary>Exact decimal: unscaled value in <c>ValueVector&lt;long&gt;</c> up to 18 digits, else <c>ValueVector&lt;Int128&gt;</c>.</summary>
    Decimal,
    /// <summary>Days since 1970-01-01; <c>ValueVector&lt;int&gt;</c>.</summary>
    Date,
    /// <summary>Microseconds since 1970-01-01 00:00 UTC; <c>ValueVector&lt;long&gt;</c>.</summary>
    Timestamp,
    /// <summary>UTF-8 text; <see cref="TextVector"/>.</summary>
    Text,
    /// <summary>A list of texts, no list element NULL; <see cref="TextListVector"/>.</summary>
    TextList,
}

/// <summary>The type of a column, written as SQL writes it: <c>BIGINT</c>, <c>DECIMAL(18,3)</c>, <c>VARCHAR[]</c>.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Precision">Digits in all, for decimals; else 0.</param>
/// <param name="Scale">Digits behind the point, for decimals; else 0.</param>
public readonly record struct ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>BOOLEAN.</summary>
    public static readonly ColumnType Boolean = new(ColumnKind.Boolean);
    /// <summary>INTEGER.</summary>
    public static readonly ColumnType Int32 = new(ColumnKind.Int32);
    /// <summary>BIGINT.</summary>
    public static readonly ColumnType Int64 = new(ColumnKind.Int64);
    /// <summary>DOUBLE.</summary>
    public static readonly ColumnType Double = new(ColumnKind.Double);
    /// <summary>DATE.</summary>
    public static readonly ColumnType Date = new(ColumnKind.Date);
    /// <summary>TIMESTAMP, microseconds, adjusted to UTC.</summary>
    public static readonly ColumnType Timestamp = new(ColumnKind.Timestamp);
    /// <summary>VARCHAR in UTF-8.</summary>
    public static readonly ColumnType Text = new(ColumnKind.Text);
    /// <summary>A list of VARCHAR.</summary>
    public static readonly ColumnType TextList = new(ColumnKind.TextList);
    /// <summary>Quantities and units: DECIMAL(18,3).</summary>
    public static readonly ColumnType Quantity = new(ColumnKind.Decimal, 18, 3);
    /// <summary>Prices: DECIMAL(18,4).</summary>
    public static readonly ColumnType Price = new(ColumnKind.Decimal, 18, 4);
    /// <summary>Amounts and their sums: DECIMAL(28,7).</summary>
    public static readonly ColumnType Amount = new(ColumnKind.Decimal, 28, 7);

    /// <summary>The name as in SQL and in the schema files.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.Int32 => "INTEGER",
        ColumnKind.Int64 => "BIGINT",
        ColumnKind.Double => "DOUBLE",
        ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Precision},{Scale})"),
        ColumnKind.Date => "DATE",
        ColumnKind.Timestamp => "TIMESTAMP",
        ColumnKind.Text => "VARCHAR",
        ColumnKind.TextList => "VARCHAR[]",
        _ => throw new InvalidOperationException($"unknown column kind {(int)Kind}"),
    };

    /// <summary>Reads a name that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The name is none of the known types.</exception>
    public static ColumnType Parse(string name)
    {
        foreach (var simple in (ReadOnlySpan<ColumnType>)[Boolean, Int32, Int64, Double, Date, Timestamp, Text, TextList])
            if (simple.ToString() == name) return simple;
        if (name.StartsWith("DECIMAL(", StringComparison.Ordinal) && name.EndsWith(')'))
        {
            var digits = name[8..^1].Split(',');
            if (digits.Length == 2
                && int.TryParse(digits[0], NumberStyles.None, CultureInfo.InvariantCulture, out var precision)
                && int.TryParse(digits[1], NumberStyles.None, CultureInfo.InvariantCulture, out var scale)
                && precision is >= 1 and <= 38 && scale <= precision)
                return new ColumnType(ColumnKind.Decimal, precision, scale);
        }
        throw new FormatException($"unknown column type '{name}': expected BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL(p,s), DATE, TIMESTAMP, VARCHAR or VARCHAR[]");
    }
}
