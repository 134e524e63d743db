using Analytics.Columns;
using Analytics.Engine;
using Analytics.Files;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// The relations that stages share, each made on first use by its SQL file. A stage that runs alone and one that runs after
/// others see the same.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="context">The run.</param>
/// <param name="release">Lets the engine go, or what was defined in it, at the run's end.</param>
internal sealed class Relations(IEngine engine, StageContext context, Action release) : IDisposable
{
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        ["transactions"] = [],
        ["items"] = ["transactions"],
        ["orders"] = ["transactions"],
        ["basket_items"] = ["transactions", "orders", "items"],
        ["daily_sales"] = ["transactions"],
    };

    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    public IEngine Engine => engine;

    /// <summary>Makes sure that a shared relation is there.</summary>
    public void Need(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_made.Contains(name)) continue;
            Need(Needs[name]);
            Make(name);
            _made.Add(name);
        }
    }

    /// <summary>
    /// Writes daily sales as a table. Where there are executors, workers sum them, and what reads the relation later reads the table: to keep
    /// the rows there as well would be a second table.
    /// </summary>
    /// <param name="writing">Called where the rows are there and are about to be written.</param>
    /// <param name="each">Sees the rows on their way, in no particular order.</param>
    public TableFact WriteDailySales(Action writing, Action<ColumnBatch> each)
    {
        const string name = "daily_sales";
        if (engine.Executors is not null) return ExecutorSales.Write(engine, context, writing, each);
        Need(name);
        writing();
        return context.Write(name, name, each);
    }

    private void Make(string name)
    {
        if (name == "transactions")
        {
            engine.DefineFiles(name, TableSchemas.Of(name).Columns, context.ReadDates.Select(date => context.CuratedPath(date.Transactions)).ToArray(), context.Cancel);
            return;
        }
        // A table that an earlier stage wrote is read rather than computed again.
        if (name == "daily_sales" && context.Done.TryGetValue("sales", out var sales) && sales.Tables.FirstOrDefault(table => table.Table == name) is { } fact)
        {
            var folder = context.Staging.TableFolder(fact.Table);
            engine.DefineFiles(name, TableSchemas.Of(fact.Table).Columns, fact.Parts.Select(part => StorePath.Combine(folder, part.Name)).ToArray(), context.Cancel);
            return;
        }
        engine.DefineTable(name, SqlFile(name), Parameters(name), context.Cancel);
    }

    private SqlParameters Parameters(string name) => name == "daily_sales"
        ? new SqlParameters()
            .Add("has_country", context.Results.Input.Columns.ContainsKey("country"))
            .Add("has_category", context.Results.Input.Columns.ContainsKey("category"))
        : SqlParameters.None;

    /// <summary>A query of Sql/.</summary>
    public static SqlText SqlFile(string name) => SqlText.Embedded(typeof(Relations).Assembly, name + ".sql");

    /// <summary>Reads a query of Sql/ whole, row by row; for results that the program holds anyway.</summary>
    public IEnumerable<ColumnBatch> Read(string file, IReadOnlyList<Column> columns, SqlParameters? parameters = null) =>
        engine.Read(SqlFile(file), parameters ?? SqlParameters.None, columns, context.Cancel);

    public void Dispose() => release();
}
