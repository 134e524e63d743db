using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Which relations are defined, and how each is dropped.</summary>
internal sealed class Catalog
{
    private readonly Dictionary<string, bool> _isView = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All names.</summary>
    public IReadOnlyCollection<string> Names => _isView.Keys;

    /// <summary>Checks that a name may be defined.</summary>
    /// <exception cref="EngineException">It is taken, or is no name.</exception>
    public void CheckFree(string name)
    {
        if (name.Length == 0 || name.Contains('\0')) throw DuckDbErrors.Contract("a relation needs a name without a NUL character", name);
        if (_isView.ContainsKey(name))
            throw DuckDbErrors.Contract($"{name}: a relation of this name is defined already: drop it first or take another name", name);
    }

    public void Add(string name, bool isView) => _isView.Add(name, isView);

    /// <summary>Forgets a name and tells whether it was a view.</summary>
    public bool Remove(string name)
    {
        if (_isView.Remove(name, out var isView)) return isView;
        throw Missing(name);
    }

    public void CheckDefined(string name)
    {
        if (!_isView.ContainsKey(name)) throw Missing(name);
    }

    /// <summary>The columns of a table statement: <c>"a" BIGINT, "b" VARCHAR</c>.</summary>
    public static string ColumnList(IReadOnlyList<Column> columns) =>
        string.Join(", ", columns.Select(column => $"{SqlLiteral.Name(column.Name)} {TypeMap.Sql(column.Type)}"));

    private EngineException Missing(string name) =>
        DuckDbErrors.Contract($"{name}: no relation of this name is defined (there are: {string.Join(", ", _isView.Keys.Order(StringComparer.Ordinal))})", name);
}
