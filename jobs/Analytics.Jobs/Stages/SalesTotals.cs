using System.Globalization;
using System.Text.Json;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>What a run's daily sales add up to.</summary>
internal sealed record SalesTotals(long Days, DateOnly? First, DateOnly? Last, long Orders, long Lines, decimal Units, decimal Gross, decimal Returns)
{
    public string Line(string? currency) => First is null
        ? "sales     none"
        : string.Create(CultureInfo.InvariantCulture, $"sales     {Gross:N2}{(currency is null ? "" : " " + currency)} in {Orders:N0} orders and {Units:#,##0.###} units, returns {Returns:N2}; {Dates.Text(First.Value)} to {Dates.Text(Last!.Value)}");

    /// <summary>Sales that the curated lines count must all stand in the total level.</summary>
    public IReadOnlyList<QualityCheck> Checks(StageContext context)
    {
        var expected = context.Ingest.Sources.Sum(source => source.Fates.Sale);
        var readsAll = context.Ingest.Curated.All(date => date.Date <= context.Date);
        return
        [
            QualityCheck.Info("sales", "days", QualityCheck.Text(Days), $"{Days} days with a sale or return"),
            QualityCheck.Error("sales", "lines_add_up", !readsAll || Lines == expected, QualityCheck.Text(Lines), readsAll ? QualityCheck.Text(expected) : "at most " + QualityCheck.Text(expected),
                "the sale lines of daily_sales at level total are the sale lines of the files"),
        ];
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, StageContext.JsonOptions);
}
