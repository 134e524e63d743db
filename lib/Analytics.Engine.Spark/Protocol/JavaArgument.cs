using System.Globalization;
using System.Text;
using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Protocol;

/// <summary>One argument of a call: a scalar, NULL, bytes or an object of the JVM.</summary>
internal readonly struct JavaArgument
{
    private readonly char _letter;
    private readonly object? _value;

    private JavaArgument(char letter, object? value) => (_letter, _value) = (letter, value);

    /// <summary>Java's null.</summary>
    public static JavaArgument Null => new('n', null);

    public static implicit operator JavaArgument(string? value) => value is null ? Null : new('s', value);

    public static implicit operator JavaArgument(int value) => new('i', value.ToString(CultureInfo.InvariantCulture));

    public static implicit operator JavaArgument(long value) => new('L', value.ToString(CultureInfo.InvariantCulture));

    public static implicit operator JavaArgument(double value) => new('d', double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? value > 0 ? "Infinity" : "-Infinity" : value.ToString("R", CultureInfo.InvariantCulture));

    public static implicit operator JavaArgument(bool value) => new('b', value ? "true" : "false");

    public static implicit operator JavaArgument(byte[] value) => new('j', Convert.ToBase64String(value));

    public static implicit operator JavaArgument(JavaObject? value) => value is null ? Null : new('r', value);

    /// <summary>An object by its id.</summary>
    public static JavaArgument Reference(string id) => new('o', id);

    /// <summary>Writes the argument without a line break.</summary>
    public StringBuilder AppendTo(StringBuilder text) => (_letter, _value) switch
    {
        ('s', string value) => GatewayText.AppendEscaped(text.Append('s'), value),
        ('r', JavaObject value) => text.Append('r').Append(value.Id),
        ('o', string id) => text.Append('r').Append(id),
        (not '\0', string value) => text.Append(_letter).Append(value),
        _ => text.Append('n'),
    };
}
