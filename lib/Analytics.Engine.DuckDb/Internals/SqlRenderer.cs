namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Puts parameters into a query in DuckDB's words, which are those of the shared dialect.</summary>
internal static class SqlRenderer
{
    private static readonly SqlDialect Dialect = new DuckDbDialect();

    public static RenderedSql Render(SqlText query, SqlParameters parameters) => SqlTemplate.Render(query, parameters, Dialect);

    private sealed class DuckDbDialect : SqlDialect
    {
        public override string Literal(SqlParameter parameter) => SqlLiteral.Of(parameter);
    }
}
