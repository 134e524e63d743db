using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>Sums the cleaned lines to daily sales of each level.</summary>
internal sealed class SalesStage : IStage
{
    public string Name => "sales";

    public string InputsHash(StageContext context) => StageContext.Hash(context.LinesHash(), PipelineVersion.Results,
        context.Results.Input.Columns.ContainsKey("country").ToString(), context.Results.Input.Columns.ContainsKey("category").ToString());

    public StageResult Execute(StageContext context)
    {
        var sum = new SalesTotalsSum();
        var table = context.Relations.WriteDailySales(() => context.Reporter.StageProgress(Name, 0.6, "writing"), sum.Add);
        var lines = context.ReadDates.Sum(date => date.Transactions.Rows);
        var totals = sum.Totals();
        return new StageResult
        {
            RowsIn = lines,
            RowsOut = table.Rows,
            Outcome = $"{table.Rows:N0} rows of daily sales from {lines:N0} lines",
            Highlights = [totals.Line(context.Results.Input.Currency)],
            Tables = [table],
            Quality = totals.Checks(context),
            State = totals.ToJson(),
        };
    }
}
