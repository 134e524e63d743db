namespace Analytics.Engine.Spark.Internals;

/// <summary>Puts parameters into a query in Spark's words.</summary>
internal static class SparkSql
{
    private static readonly SqlDialect Dialect = new SparkDialect();

    public static RenderedSql Render(SqlText query, SqlParameters parameters) => SqlTemplate.Render(query, parameters, Dialect);

    private sealed class SparkDialect : SqlDialect
    {
        public override string Literal(SqlParameter parameter) => SparkLiteral.Of(parameter);

        public override string QuotedText(string quoted, bool isEscapeString) => isEscapeString
            ? throw new FormatException("has an e before it, which Spark does not know: write the text plainly, or pass it as a parameter")
            : SparkLiteral.Text(quoted[1..^1].Replace("''", "'", StringComparison.Ordinal));

        public override string QuotedName(string quoted) => SparkLiteral.Name(quoted[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal));

        public override string DollarQuotedText(string quoted) =>
            throw new FormatException("is in dollar quotes, which Spark does not know: write it in plain quotes, or pass it as a parameter");
    }
}
