using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Configuration;
using Analytics.Tasks;

namespace Analytics.Jobs.Pipeline;

/// <summary>Daily sales where there are executors: each date's curated file goes to a worker, and only sums come back.</summary>
internal static class ExecutorSales
{
    private static readonly Column[] FileColumns = [new("path", ColumnType.Text), new("date", ColumnType.Date)];

    private const string Table = "daily_sales", Contents = "daily_sales_files", Parts = "daily_sales_parts", Sums = "daily_sales_sums";

    /// <summary>Writes daily_sales as a table of the open run.</summary>
    /// <param name="engine">An engine that has executors.</param>
    /// <param name="context">The run.</param>
    /// <param name="writing">Called where the rows are there and are about to be written.</param>
    /// <param name="each">Sees the rows on their way, in no particular order.</param>
    public static TableFact Write(IEngine engine, StageContext context, Action writing, Action<ColumnBatch> each)
    {
        if (!context.ReadDates.Any()) return context.Write([], Table);
        try
        {
            Sum(engine, context);
            writing();
            return context.Write(Rows(engine, each, context.Cancel), Table);
        }
        finally
        {
            foreach (var relation in (string[])[Sums, Parts, Contents])
                if (engine.RelationNames.Contains(relation)) engine.Drop(relation);
        }
    }

    private static void Sum(IEngine engine, StageContext context)
    {
        var executors = engine.Executors!;
        var files = new ColumnBatch(FileColumns);
        foreach (var date in context.ReadDates)
        {
            files.Texts(0).Append(context.CuratedPath(date.Transactions));
            files.Ints(1).Append(Dates.ToDays(date.Date));
        }
        var task = new DailySalesTask(context.Results.Input.Columns.ContainsKey("country"), context.Results.Input.Columns.ContainsKey("category"));
        executors.DefineContents(Contents, FileColumns, files, ExecutorLoader.PartBytes, context.Cancel);
        executors.DefineView(Parts, new SqlText(Parts, $"select date, path, part, data from {Contents}"), SqlParameters.None, context.Cancel);
        var outcome = engine.RunGrouped(Parts, task, Sums, context.Cancel);
        if (outcome.Failures.Count > 0) throw Failed(outcome.Failures);
        if (outcome.Groups != files.Count) throw new InvalidOperationException($"{Table}: {outcome.Groups} of {files.Count} dates were summed");
    }

    /// <summary>The rows of the dates, in no order.</summary>
    private static IEnumerable<ColumnBatch> Rows(IEngine engine, Action<ColumnBatch> each, CancellationToken cancel)
    {
        using var reader = new ParquetFileReader();
        var rows = new ColumnBatch(TableSchemas.Of(Table).Columns);
        foreach (var batch in engine.Read(new SqlText(Sums, $"select \"rows\", content from {Sums}"), SqlParameters.None, [new("rows", ColumnType.Int64), new("content", ColumnType.Text)], cancel))
            for (var row = 0; row < batch.Count; row++)
            {
                rows.Clear();
                reader.Open(Base64Text.Decode(batch.Texts(1)[row], Sums).Span, Sums);
                reader.ReadAll(rows);
                if (rows.Count != batch.Longs(0)[row]) throw new InvalidOperationException($"{Table}: {rows.Count} rows came of {batch.Longs(0)[row]}");
                each(rows);
                yield return rows;
            }
    }

    /// <summary>A sum that does not fit is about the data, a file that cannot be read about the lake.</summary>
    private static Exception Failed(IReadOnlyList<GroupFailure> failures)
    {
        const string sum = nameof(OverflowException) + ": ", damage = nameof(InvalidDataException) + ": ";
        var message = failures[0].Message;
        var where = $"{failures[0].Key[0]}{(failures.Count > 1 ? $" and {failures.Count - 1} more dates" : "")}";
        if (message.StartsWith(sum, StringComparison.Ordinal)) return new UserException(ExitCode.Data, $"daily sales of {where}: {message[sum.Length..]}");
        return message.StartsWith(damage, StringComparison.Ordinal)
            ? new EngineException($"daily sales of {where}: {message[damage.Length..]}; `analytics verify` names the files that were altered", Table, kind: EngineErrorKind.Io)
            : new InvalidOperationException($"the worker that summed the sales of {where} failed: {message}");
    }
}
