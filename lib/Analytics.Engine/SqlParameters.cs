using System.Collections;
using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>Typed values for the <c>:name</c> places of a query; each engine renders them by one quoting function of its own.</summary>
public sealed class SqlParameters : IEnumerable<SqlParameter>
{
    private readonly Dictionary<string, SqlParameter> _parameters = new(StringComparer.Ordinal);

    /// <summary>No parameters.</summary>
    public static SqlParameters None { get; } = new();

    /// <summary>Adds a text, or NULL.</summary>
    public SqlParameters Add(string name, string? value) => Add(new SqlParameter(name, ColumnType.Text, value));

    /// <summary>Adds a BIGINT.</summary>
    public SqlParameters Add(string name, long value) => Add(new SqlParameter(name, ColumnType.Int64, value));

    /// <summary>Adds a DOUBLE.</summary>
    public SqlParameters Add(string name, double value) => Add(new SqlParameter(name, ColumnType.Double, value));

    /// <summary>Adds a DATE.</summary>
    public SqlParameters Add(string name, DateOnly value) => Add(new SqlParameter(name, ColumnType.Date, value));

    /// <summary>Adds a decimal of a given type.</summary>
    public SqlParameters Add(string name, decimal value, ColumnType type) => Add(new SqlParameter(name, type, value));

    /// <summary>Adds a BOOLEAN.</summary>
    public SqlParameters Add(string name, bool value) => Add(new SqlParameter(name, ColumnType.Boolean, value));

    /// <summary>Finds a parameter.</summary>
    public bool TryGet(string name, out SqlParameter parameter) => _parameters.TryGetValue(name, out parameter!);

    /// <inheritdoc/>
    public IEnumerator<SqlParameter> GetEnumerator() => _parameters.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private SqlParameters Add(SqlParameter parameter)
    {
        if (ReferenceEquals(this, None)) throw new InvalidOperationException("SqlParameters.None is shared: make a new one");
        _parameters.Add(parameter.Name, parameter);
        return this;
    }
}

/// <summary>One value of a query.</summary>
/// <param name="Name">The name behind the colon.</param>
/// <param name="Type">Its SQL type.</param>
/// <param name="Value">string, long, double, DateOnly, decimal, bool or null.</param>
public sealed record SqlParameter(string Name, ColumnType Type, object? Value);
